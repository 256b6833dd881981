/** On S3 a file has an ETag in the place of a time. */
export const MIGRATION_3 = `
alter table tfx.file alter column mtime_ns drop not null;
alter table tfx.file add column etag text;
`;
