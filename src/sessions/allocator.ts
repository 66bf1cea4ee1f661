// Signature only for now.
