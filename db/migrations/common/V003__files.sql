-- Which file an image was when the journal was last told of it: by that a VM is known again under another name. Empty where an
-- older program told. Inodes are numbers without sign, written here with one.

ALTER TABLE image ADD COLUMN device BIGINT;
ALTER TABLE image ADD COLUMN inode BIGINT;
