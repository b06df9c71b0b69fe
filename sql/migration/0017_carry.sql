-- +goose Up
-- carried_from is the enrolment of an earlier campaign whose approved deferral
-- this one carries on; one deferral is carried once. NULL for who was listed.
ALTER TABLE enrolment ADD COLUMN carried_from BIGINT NULL;
CREATE UNIQUE INDEX enrolment_carried_from ON enrolment (carried_from);

-- from_state is the enrolment's state before the application was submitted: one
-- that is returned or withdrawn leads back to it.
ALTER TABLE application ADD COLUMN from_state VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'admitted';

-- +goose Down
ALTER TABLE application DROP COLUMN from_state;
DROP INDEX enrolment_carried_from ON enrolment;
ALTER TABLE enrolment DROP COLUMN carried_from;
