-- Gives a slot back. Returns how many there were.
return free_slot(given.id)
