-- Deletes a record. Returns how many there were.
return delete_record(given.kind, given.id)
