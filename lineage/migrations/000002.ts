/** The nominal time as the run was told it: its offset says on which day the run's data was looked for. */
export const MIGRATION_2 = 'alter table tfx.run add column nominal_text text';
