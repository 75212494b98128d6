"""What can be behind `domain.attachments.storage.Storage`: a folder, or a bucket of an S3-compatible service."""
