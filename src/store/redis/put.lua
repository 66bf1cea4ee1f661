-- Inserts or replaces a record.
put_record(given.kind, given.id, given.place, body)
return 1
