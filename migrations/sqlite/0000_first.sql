CREATE TABLE `applicant_organizations` (
	`id` text PRIMARY KEY NOT NULL,
	`subscriber_id` text NOT NULL,
	`name_ja` text NOT NULL,
	`name_en` text,
	`legal_form` text NOT NULL,
	`registry_number` text,
	`main_phone` text NOT NULL,
	`representative_name` text NOT NULL,
	`postal_code` text NOT NULL,
	`country` text NOT NULL,
	`prefecture` text NOT NULL,
	`locality_ja` text NOT NULL,
	`locality_en` text,
	`street` text NOT NULL,
	`ev_enabled` integer NOT NULL,
	`ev_category` text,
	`state` text NOT NULL,
	`vetted_at` integer,
	`vetted_until` integer,
	`created_at` integer NOT NULL,
	`version` integer NOT NULL,
	FOREIGN KEY (`subscriber_id`) REFERENCES `subscribers`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `applicant_organizations_subscriber` ON `applicant_organizations` (`subscriber_id`);--> statement-breakpoint
CREATE TABLE `applicant_users` (
	`id` text PRIMARY KEY NOT NULL,
	`subscriber_id` text NOT NULL,
	`person_id` text NOT NULL,
	`login_id` text NOT NULL,
	`password_hash` text,
	`temporary_hash` text,
	`temporary_until` integer,
	`password_notice_email` text NOT NULL,
	`must_change_password` integer NOT NULL,
	`state` text NOT NULL,
	`last_login_at` integer,
	`created_at` integer NOT NULL,
	`version` integer NOT NULL,
	FOREIGN KEY (`subscriber_id`) REFERENCES `subscribers`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `applicant_users_login_id_unique` ON `applicant_users` (`login_id`);--> statement-breakpoint
CREATE INDEX `applicant_users_subscriber` ON `applicant_users` (`subscriber_id`);--> statement-breakpoint
CREATE TABLE `audit_entries` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant` text NOT NULL,
	`sequence` integer NOT NULL,
	`at` integer NOT NULL,
	`actor_kind` text NOT NULL,
	`actor_id` text,
	`actor_name` text NOT NULL,
	`action` text NOT NULL,
	`subject_kind` text NOT NULL,
	`subject_id` text NOT NULL,
	`details` text NOT NULL,
	`previous_hash` text NOT NULL,
	`hash` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `audit_entries_chain` ON `audit_entries` (`tenant`,`sequence`);--> statement-breakpoint
CREATE INDEX `audit_entries_tenant` ON `audit_entries` (`tenant`,`id`);--> statement-breakpoint
CREATE INDEX `audit_entries_subject` ON `audit_entries` (`subject_kind`,`subject_id`,`id`);--> statement-breakpoint
CREATE TABLE `audit_heads` (
	`tenant` text PRIMARY KEY NOT NULL,
	`sequence` integer NOT NULL,
	`hash` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `certificate_names` (
	`certificate_id` text NOT NULL,
	`subscriber_id` text,
	`name` text NOT NULL,
	`reversed_name` text NOT NULL,
	FOREIGN KEY (`certificate_id`) REFERENCES `certificates`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `certificate_names_certificate` ON `certificate_names` (`certificate_id`,`name`);--> statement-breakpoint
CREATE INDEX `certificate_names_name` ON `certificate_names` (`name`,`certificate_id`);--> statement-breakpoint
CREATE INDEX `certificate_names_domain` ON `certificate_names` (`reversed_name`,`certificate_id`);--> statement-breakpoint
CREATE INDEX `certificate_names_tenant_name` ON `certificate_names` (`subscriber_id`,`name`,`certificate_id`);--> statement-breakpoint
CREATE INDEX `certificate_names_tenant_domain` ON `certificate_names` (`subscriber_id`,`reversed_name`,`certificate_id`);--> statement-breakpoint
CREATE TABLE `certificate_requests` (
	`id` text PRIMARY KEY NOT NULL,
	`receipt_number` text NOT NULL,
	`subscriber_id` text NOT NULL,
	`organization_id` text NOT NULL,
	`requester_user_id` text NOT NULL,
	`requester_person_id` text NOT NULL,
	`product` text NOT NULL,
	`shape` text NOT NULL,
	`subject_language` text NOT NULL,
	`common_name` text NOT NULL,
	`names` text NOT NULL,
	`csr_der` blob NOT NULL,
	`spki_sha256` text NOT NULL,
	`key_description` text NOT NULL,
	`term_days` integer NOT NULL,
	`licences` integer NOT NULL,
	`issue_notice_email` text NOT NULL,
	`place` text,
	`order_number` text,
	`memo` text,
	`kind` text NOT NULL,
	`replaces_certificate_id` text,
	`ends_at` integer,
	`reissue_reason` text,
	`reissue_note` text,
	`grace_days` integer,
	`mass_revocation_id` text,
	`state` text NOT NULL,
	`coverage` text,
	`failure` text,
	`decision_reason` text,
	`decided_by` text,
	`decided_at` integer,
	`submitted_at` integer NOT NULL,
	`issued_at` integer,
	`issue_attempts` integer NOT NULL,
	`intent_id` text,
	`certificate_id` text,
	`first_downloaded_at` integer,
	`submission_key` text NOT NULL,
	`version` integer NOT NULL,
	FOREIGN KEY (`subscriber_id`) REFERENCES `subscribers`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`organization_id`) REFERENCES `applicant_organizations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`requester_user_id`) REFERENCES `applicant_users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`requester_person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`replaces_certificate_id`) REFERENCES `certificates`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`certificate_id`) REFERENCES `certificates`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `certificate_requests_receipt_number_unique` ON `certificate_requests` (`receipt_number`);--> statement-breakpoint
CREATE UNIQUE INDEX `certificate_requests_submission` ON `certificate_requests` (`requester_user_id`,`submission_key`);--> statement-breakpoint
CREATE INDEX `certificate_requests_tenant` ON `certificate_requests` (`subscriber_id`,`id`);--> statement-breakpoint
CREATE INDEX `certificate_requests_receipt` ON `certificate_requests` (`subscriber_id`,`receipt_number`);--> statement-breakpoint
CREATE INDEX `certificate_requests_queue` ON `certificate_requests` (`subscriber_id`,`state`,`id`);--> statement-breakpoint
CREATE INDEX `certificate_requests_issued` ON `certificate_requests` (`subscriber_id`,`issued_at`,`kind`) WHERE "certificate_requests"."issued_at" is not null;--> statement-breakpoint
CREATE INDEX `certificate_requests_state` ON `certificate_requests` (`state`,`id`);--> statement-breakpoint
CREATE INDEX `certificate_requests_certificate` ON `certificate_requests` (`certificate_id`);--> statement-breakpoint
CREATE INDEX `certificate_requests_replaced` ON `certificate_requests` (`replaces_certificate_id`);--> statement-breakpoint
CREATE INDEX `certificate_requests_mass_revocation` ON `certificate_requests` (`mass_revocation_id`,`state`);--> statement-breakpoint
CREATE INDEX `certificate_requests_intent` ON `certificate_requests` (`intent_id`);--> statement-breakpoint
CREATE TABLE `certificates` (
	`id` text PRIMARY KEY NOT NULL,
	`issuer_id` text NOT NULL,
	`serial` text NOT NULL,
	`profile` text NOT NULL,
	`subscriber_id` text,
	`organization_id` text,
	`purpose` text NOT NULL,
	`common_name` text NOT NULL,
	`name_count` integer NOT NULL,
	`crl_partition` integer NOT NULL,
	`fingerprint` text NOT NULL,
	`spki_sha256` text NOT NULL,
	`not_before` integer NOT NULL,
	`not_after` integer NOT NULL,
	`state` text NOT NULL,
	`revoked_at` integer,
	`revocation_reason` integer,
	`status_changed_at` integer,
	`created_at` integer NOT NULL,
	`der` blob NOT NULL,
	FOREIGN KEY (`issuer_id`) REFERENCES `issuers`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `certificates_fingerprint_unique` ON `certificates` (`fingerprint`);--> statement-breakpoint
CREATE UNIQUE INDEX `certificates_serial` ON `certificates` (`serial`,`issuer_id`);--> statement-breakpoint
CREATE INDEX `certificates_tenant` ON `certificates` (`subscriber_id`,`id`,`profile`);--> statement-breakpoint
CREATE INDEX `certificates_tenant_expiry` ON `certificates` (`subscriber_id`,`not_after`,`id`,`state`,`profile`);--> statement-breakpoint
CREATE INDEX `certificates_expiry` ON `certificates` (`not_after`,`id`,`state`,`profile`);--> statement-breakpoint
CREATE INDEX `certificates_organization` ON `certificates` (`organization_id`,`id`);--> statement-breakpoint
CREATE INDEX `certificates_tenant_ended` ON `certificates` (`subscriber_id`,`state`,`id`,`profile`) WHERE "certificates"."state" <> 'ACTIVE';--> statement-breakpoint
CREATE INDEX `certificates_ended` ON `certificates` (`state`,`id`) WHERE "certificates"."state" <> 'ACTIVE';--> statement-breakpoint
CREATE INDEX `certificates_tenant_rare` ON `certificates` (`subscriber_id`,`profile`,`id`) WHERE "certificates"."profile" <> 'SERVER_OV';--> statement-breakpoint
CREATE INDEX `certificates_rare` ON `certificates` (`profile`,`id`) WHERE "certificates"."profile" <> 'SERVER_OV';--> statement-breakpoint
CREATE INDEX `certificates_key` ON `certificates` (`spki_sha256`,`id`);--> statement-breakpoint
CREATE INDEX `certificates_revoked` ON `certificates` (`issuer_id`,`serial`,`crl_partition`,`revoked_at`,`revocation_reason`,`not_after`) WHERE "certificates"."revoked_at" is not null;--> statement-breakpoint
CREATE INDEX `certificates_status_changed` ON `certificates` (`issuer_id`,`status_changed_at`,`serial`,`crl_partition`,`revoked_at`,`revocation_reason`) WHERE "certificates"."status_changed_at" is not null;--> statement-breakpoint
CREATE INDEX `certificates_purpose` ON `certificates` (`purpose`);--> statement-breakpoint
CREATE TABLE `client_certificates` (
	`id` text PRIMARY KEY NOT NULL,
	`holder_kind` text NOT NULL,
	`holder_id` text NOT NULL,
	`certificate_id` text NOT NULL,
	`fingerprint` text NOT NULL,
	`created_at` integer NOT NULL,
	`removed_at` integer,
	FOREIGN KEY (`certificate_id`) REFERENCES `certificates`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `client_certificates_fingerprint_unique` ON `client_certificates` (`fingerprint`);--> statement-breakpoint
CREATE INDEX `client_certificates_holder` ON `client_certificates` (`holder_kind`,`holder_id`);--> statement-breakpoint
CREATE TABLE `compromised_keys` (
	`spki_sha256` text PRIMARY KEY NOT NULL,
	`reported_at` integer NOT NULL,
	`evidence` text NOT NULL,
	`declared_in` text
);
--> statement-breakpoint
CREATE TABLE `contracts` (
	`id` text PRIMARY KEY NOT NULL,
	`subscriber_id` text NOT NULL,
	`starts_on` text NOT NULL,
	`ends_on` text NOT NULL,
	`commitment` integer NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`subscriber_id`) REFERENCES `subscribers`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `contracts_subscriber` ON `contracts` (`subscriber_id`,`ends_on`);--> statement-breakpoint
CREATE TABLE `crl_parts` (
	`id` text PRIMARY KEY NOT NULL,
	`crl_id` text NOT NULL,
	`position` integer NOT NULL,
	`created_at` integer NOT NULL,
	`bytes` blob NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `crl_parts_position` ON `crl_parts` (`crl_id`,`position`);--> statement-breakpoint
CREATE TABLE `crls` (
	`id` text PRIMARY KEY NOT NULL,
	`issuer_id` text NOT NULL,
	`partition` integer NOT NULL,
	`number` integer NOT NULL,
	`entries` integer NOT NULL,
	`size` integer NOT NULL,
	`changes` text NOT NULL,
	`this_update` integer NOT NULL,
	`next_update` integer NOT NULL,
	FOREIGN KEY (`issuer_id`) REFERENCES `issuers`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `crls_number` ON `crls` (`issuer_id`,`partition`,`number`);--> statement-breakpoint
CREATE TABLE `domain_validations` (
	`id` text PRIMARY KEY NOT NULL,
	`subscriber_id` text NOT NULL,
	`domain_id` text NOT NULL,
	`method` text NOT NULL,
	`name` text NOT NULL,
	`authorization_domain_name` text,
	`scope` text NOT NULL,
	`random_value` text NOT NULL,
	`state` text NOT NULL,
	`started_at` integer NOT NULL,
	`value_until` integer NOT NULL,
	`validated_at` integer,
	`evidence` text,
	`last_failure` text,
	`version` integer NOT NULL,
	FOREIGN KEY (`subscriber_id`) REFERENCES `subscribers`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`domain_id`) REFERENCES `domains`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `domain_validations_domain` ON `domain_validations` (`domain_id`,`state`);--> statement-breakpoint
CREATE INDEX `domain_validations_subscriber` ON `domain_validations` (`subscriber_id`);--> statement-breakpoint
CREATE TABLE `domains` (
	`id` text PRIMARY KEY NOT NULL,
	`subscriber_id` text NOT NULL,
	`organization_id` text NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`unicode_name` text NOT NULL,
	`ev_enabled` integer NOT NULL,
	`state` text NOT NULL,
	`created_at` integer NOT NULL,
	`version` integer NOT NULL,
	FOREIGN KEY (`subscriber_id`) REFERENCES `subscribers`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`organization_id`) REFERENCES `applicant_organizations`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `domains_name` ON `domains` (`organization_id`,`name`);--> statement-breakpoint
CREATE INDEX `domains_subscriber` ON `domains` (`subscriber_id`,`name`);--> statement-breakpoint
CREATE TABLE `issuance_intents` (
	`id` text PRIMARY KEY NOT NULL,
	`issuer_id` text NOT NULL,
	`serial` text NOT NULL,
	`profile` text NOT NULL,
	`purpose` text NOT NULL,
	`tbs_certificate` blob NOT NULL,
	`crl_partition` integer NOT NULL,
	`not_after` integer NOT NULL,
	`state` text NOT NULL,
	`owner` text NOT NULL,
	`lease_until` integer NOT NULL,
	`created_at` integer NOT NULL,
	`ended_at` integer,
	FOREIGN KEY (`issuer_id`) REFERENCES `issuers`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `issuance_intents_serial` ON `issuance_intents` (`issuer_id`,`serial`);--> statement-breakpoint
CREATE INDEX `issuance_intents_state` ON `issuance_intents` (`state`,`lease_until`);--> statement-breakpoint
CREATE INDEX `issuance_intents_abandoned` ON `issuance_intents` (`issuer_id`,`serial`,`crl_partition`,`ended_at`,`not_after`) WHERE "issuance_intents"."state" = 'ABANDONED';--> statement-breakpoint
CREATE INDEX `issuance_intents_purpose` ON `issuance_intents` (`purpose`);--> statement-breakpoint
CREATE TABLE `issuers` (
	`id` text PRIMARY KEY NOT NULL,
	`role` text NOT NULL,
	`key_name` text NOT NULL,
	`key_store` text DEFAULT 'file' NOT NULL,
	`subject_der` blob NOT NULL,
	`key_identifier` blob NOT NULL,
	`signature_algorithm` text NOT NULL,
	`certificate_der` blob NOT NULL,
	`not_before` integer NOT NULL,
	`not_after` integer NOT NULL,
	`crl_partitions` integer DEFAULT 0 NOT NULL,
	`crl_partitions_ever` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `issuers_role_unique` ON `issuers` (`role`);--> statement-breakpoint
CREATE TABLE `jobs` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`tenant` text,
	`created_by` text,
	`payload` text NOT NULL,
	`state` text NOT NULL,
	`progress_done` integer NOT NULL,
	`progress_total` integer NOT NULL,
	`result` text,
	`last_error` text,
	`attempts` integer NOT NULL,
	`next_run_at` integer NOT NULL,
	`lease_owner` text,
	`lease_until` integer,
	`created_at` integer NOT NULL,
	`finished_at` integer
);
--> statement-breakpoint
CREATE INDEX `jobs_due` ON `jobs` (`state`,`next_run_at`);--> statement-breakpoint
CREATE INDEX `jobs_tenant` ON `jobs` (`tenant`,`id`);--> statement-breakpoint
CREATE TABLE `key_ceremonies` (
	`id` text PRIMARY KEY NOT NULL,
	`begun_at` integer NOT NULL,
	`ended_at` integer
);
--> statement-breakpoint
CREATE TABLE `lint_findings` (
	`id` text PRIMARY KEY NOT NULL,
	`report_id` text NOT NULL,
	`certificate_id` text NOT NULL,
	`lint` text NOT NULL,
	`source` text NOT NULL,
	`why` text NOT NULL,
	FOREIGN KEY (`report_id`) REFERENCES `lint_reports`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`certificate_id`) REFERENCES `certificates`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `lint_findings_report` ON `lint_findings` (`report_id`,`lint`,`id`);--> statement-breakpoint
CREATE TABLE `lint_reports` (
	`id` text PRIMARY KEY NOT NULL,
	`rules_of` text NOT NULL,
	`started_at` integer NOT NULL,
	`finished_at` integer,
	`alive` integer NOT NULL,
	`checked` integer NOT NULL,
	`failed` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `lint_reports_started` ON `lint_reports` (`started_at`,`id`);--> statement-breakpoint
CREATE TABLE `mass_revocation_members` (
	`id` text PRIMARY KEY NOT NULL,
	`mass_revocation_id` text NOT NULL,
	`certificate_id` text NOT NULL,
	`subscriber_id` text NOT NULL,
	`request_id` text NOT NULL,
	`ordered_at` integer,
	`replacement` text NOT NULL,
	`problem` text,
	FOREIGN KEY (`mass_revocation_id`) REFERENCES `mass_revocations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`certificate_id`) REFERENCES `certificates`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`subscriber_id`) REFERENCES `subscribers`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`request_id`) REFERENCES `certificate_requests`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `mass_revocation_members_certificate` ON `mass_revocation_members` (`mass_revocation_id`,`certificate_id`);--> statement-breakpoint
CREATE INDEX `mass_revocation_members_subscriber` ON `mass_revocation_members` (`mass_revocation_id`,`subscriber_id`,`id`);--> statement-breakpoint
CREATE INDEX `mass_revocation_members_replacement` ON `mass_revocation_members` (`mass_revocation_id`,`replacement`,`id`);--> statement-breakpoint
CREATE INDEX `mass_revocation_members_of` ON `mass_revocation_members` (`subscriber_id`,`mass_revocation_id`);--> statement-breakpoint
CREATE TABLE `mass_revocation_subscribers` (
	`id` text PRIMARY KEY NOT NULL,
	`mass_revocation_id` text NOT NULL,
	`subscriber_id` text NOT NULL,
	`told_of_plan_at` integer,
	`told_of_end_at` integer,
	FOREIGN KEY (`mass_revocation_id`) REFERENCES `mass_revocations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`subscriber_id`) REFERENCES `subscribers`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `mass_revocation_subscribers_one` ON `mass_revocation_subscribers` (`mass_revocation_id`,`subscriber_id`);--> statement-breakpoint
CREATE INDEX `mass_revocation_subscribers_of` ON `mass_revocation_subscribers` (`subscriber_id`);--> statement-breakpoint
CREATE TABLE `mass_revocations` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`ground` text NOT NULL,
	`reason` text NOT NULL,
	`explanation` text NOT NULL,
	`drill` integer NOT NULL,
	`known_at` integer NOT NULL,
	`timing` text NOT NULL,
	`due_at` integer NOT NULL,
	`execute_at` integer NOT NULL,
	`selector` text NOT NULL,
	`state` text NOT NULL,
	`size` integer NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`created_by_name` text NOT NULL,
	`started_at` integer,
	`started_by_name` text,
	`prepared_at` integer,
	`revoked_at` integer,
	`closed_at` integer,
	`closed_by_name` text,
	`remark` text,
	`version` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `mass_revocations_state` ON `mass_revocations` (`state`,`id`);--> statement-breakpoint
CREATE TABLE `outbox_messages` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`tenant` text,
	`subject_kind` text NOT NULL,
	`subject_id` text NOT NULL,
	`language` text NOT NULL,
	`from_address` text NOT NULL,
	`to_addresses` text NOT NULL,
	`cc_addresses` text NOT NULL,
	`reply_to_addresses` text NOT NULL,
	`subject` text NOT NULL,
	`text` text NOT NULL,
	`text_to_keep` text,
	`message_id` text NOT NULL,
	`state` text NOT NULL,
	`attempts` integer NOT NULL,
	`next_attempt_at` integer NOT NULL,
	`lease_owner` text,
	`lease_until` integer,
	`sent_at` integer,
	`last_error` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `outbox_messages_message_id_unique` ON `outbox_messages` (`message_id`);--> statement-breakpoint
CREATE INDEX `outbox_messages_due` ON `outbox_messages` (`state`,`next_attempt_at`);--> statement-breakpoint
CREATE INDEX `outbox_messages_tenant` ON `outbox_messages` (`tenant`,`id`);--> statement-breakpoint
CREATE INDEX `outbox_messages_subject` ON `outbox_messages` (`subject_kind`,`subject_id`);--> statement-breakpoint
CREATE TABLE `metering_events` (
	`id` text PRIMARY KEY NOT NULL,
	`subscriber_id` text NOT NULL,
	`request_id` text NOT NULL,
	`certificate_id` text NOT NULL,
	`product` text NOT NULL,
	`shape` text NOT NULL,
	`licences` integer NOT NULL,
	`names` integer NOT NULL,
	`kind` text NOT NULL,
	`charged` integer NOT NULL,
	`issued_at` integer NOT NULL,
	FOREIGN KEY (`subscriber_id`) REFERENCES `subscribers`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`request_id`) REFERENCES `certificate_requests`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`certificate_id`) REFERENCES `certificates`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `metering_events_request_id_unique` ON `metering_events` (`request_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `metering_events_certificate_id_unique` ON `metering_events` (`certificate_id`);--> statement-breakpoint
CREATE INDEX `metering_events_month` ON `metering_events` (`subscriber_id`,`issued_at`);--> statement-breakpoint
CREATE TABLE `operators` (
	`id` text PRIMARY KEY NOT NULL,
	`subscriber_id` text NOT NULL,
	`person_id` text NOT NULL,
	`common_name` text NOT NULL,
	`email` text NOT NULL,
	`state` text NOT NULL,
	`created_at` integer NOT NULL,
	`version` integer NOT NULL,
	FOREIGN KEY (`subscriber_id`) REFERENCES `subscribers`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `operators_common_name` ON `operators` (`subscriber_id`,`common_name`);--> statement-breakpoint
CREATE TABLE `people` (
	`id` text PRIMARY KEY NOT NULL,
	`subscriber_id` text NOT NULL,
	`name` text NOT NULL,
	`kana` text,
	`department` text,
	`email` text NOT NULL,
	`phone` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`subscriber_id`) REFERENCES `subscribers`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `people_subscriber` ON `people` (`subscriber_id`);--> statement-breakpoint
CREATE TABLE `problem_reports` (
	`id` text PRIMARY KEY NOT NULL,
	`receipt_number` text NOT NULL,
	`submission_key` text NOT NULL,
	`category` text NOT NULL,
	`language` text NOT NULL,
	`description` text NOT NULL,
	`domain` text,
	`serial` text,
	`fingerprint` text,
	`certificate_der` blob,
	`reporter_name` text,
	`reporter_email` text,
	`proof` text NOT NULL,
	`proof_kind` text,
	`spki_sha256` text,
	`key_description` text,
	`state` text NOT NULL,
	`received_at` integer NOT NULL,
	`preliminary_due_at` integer NOT NULL,
	`preliminary_sent_at` integer,
	`decision_due_at` integer NOT NULL,
	`next_due_at` integer,
	`preliminary_warned` text NOT NULL,
	`decision_warned` text NOT NULL,
	`assignee_id` text,
	`ground` text,
	`decision_reason` text,
	`decided_at` integer,
	`decided_by` text,
	`version` integer NOT NULL,
	FOREIGN KEY (`assignee_id`) REFERENCES `staff`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `problem_reports_receipt_number_unique` ON `problem_reports` (`receipt_number`);--> statement-breakpoint
CREATE UNIQUE INDEX `problem_reports_submission_key_unique` ON `problem_reports` (`submission_key`);--> statement-breakpoint
CREATE INDEX `problem_reports_due` ON `problem_reports` (`state`,`next_due_at`,`id`);--> statement-breakpoint
CREATE INDEX `problem_reports_state` ON `problem_reports` (`state`,`id`);--> statement-breakpoint
CREATE INDEX `problem_reports_key` ON `problem_reports` (`spki_sha256`);--> statement-breakpoint
CREATE TABLE `problem_report_events` (
	`id` text PRIMARY KEY NOT NULL,
	`report_id` text NOT NULL,
	`kind` text NOT NULL,
	`at` integer NOT NULL,
	`actor_kind` text NOT NULL,
	`actor_name` text NOT NULL,
	`note` text,
	FOREIGN KEY (`report_id`) REFERENCES `problem_reports`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `problem_report_events_report` ON `problem_report_events` (`report_id`,`id`);--> statement-breakpoint
CREATE TABLE `problem_report_certificates` (
	`id` text PRIMARY KEY NOT NULL,
	`report_id` text NOT NULL,
	`certificate_id` text NOT NULL,
	`found_by` text NOT NULL,
	`attached_at` integer NOT NULL,
	FOREIGN KEY (`report_id`) REFERENCES `problem_reports`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`certificate_id`) REFERENCES `certificates`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `problem_report_certificates_once` ON `problem_report_certificates` (`report_id`,`certificate_id`);--> statement-breakpoint
CREATE INDEX `problem_report_certificates_certificate` ON `problem_report_certificates` (`certificate_id`);--> statement-breakpoint
CREATE TABLE `request_events` (
	`id` text PRIMARY KEY NOT NULL,
	`request_id` text NOT NULL,
	`subscriber_id` text NOT NULL,
	`kind` text NOT NULL,
	`at` integer NOT NULL,
	`actor_kind` text NOT NULL,
	`actor_name` text NOT NULL,
	`reason` text,
	FOREIGN KEY (`request_id`) REFERENCES `certificate_requests`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `request_events_request` ON `request_events` (`request_id`,`id`);--> statement-breakpoint
CREATE INDEX `request_events_tenant` ON `request_events` (`subscriber_id`,`id`);--> statement-breakpoint
CREATE TABLE `request_names` (
	`request_id` text NOT NULL,
	`subscriber_id` text NOT NULL,
	`name` text NOT NULL,
	`reversed_name` text NOT NULL,
	FOREIGN KEY (`request_id`) REFERENCES `certificate_requests`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `request_names_request` ON `request_names` (`request_id`,`name`);--> statement-breakpoint
CREATE INDEX `request_names_name` ON `request_names` (`subscriber_id`,`name`,`request_id`);--> statement-breakpoint
CREATE INDEX `request_names_domain` ON `request_names` (`subscriber_id`,`reversed_name`,`request_id`);--> statement-breakpoint
CREATE TABLE `responsible_persons` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`name` text NOT NULL,
	`kana` text NOT NULL,
	`department` text,
	`title` text,
	`phone` text,
	`email` text,
	FOREIGN KEY (`organization_id`) REFERENCES `applicant_organizations`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `responsible_persons_organization` ON `responsible_persons` (`organization_id`);--> statement-breakpoint
CREATE TABLE `revocation_orders` (
	`id` text PRIMARY KEY NOT NULL,
	`certificate_id` text NOT NULL,
	`subscriber_id` text,
	`reason` text NOT NULL,
	`ground` text NOT NULL,
	`explanation` text NOT NULL,
	`state` text NOT NULL,
	`ordered_at` integer NOT NULL,
	`due_at` integer NOT NULL,
	`execute_at` integer NOT NULL,
	`done_at` integer,
	`actor_kind` text NOT NULL,
	`actor_id` text,
	`actor_name` text NOT NULL,
	`origin` text NOT NULL,
	`origin_id` text,
	`cancelled_by` text,
	`cancel_reason` text,
	`open_for` text,
	`version` integer NOT NULL,
	FOREIGN KEY (`certificate_id`) REFERENCES `certificates`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`subscriber_id`) REFERENCES `subscribers`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `revocation_orders_open` ON `revocation_orders` (`open_for`);--> statement-breakpoint
CREATE INDEX `revocation_orders_certificate` ON `revocation_orders` (`certificate_id`,`id`);--> statement-breakpoint
CREATE INDEX `revocation_orders_tenant` ON `revocation_orders` (`subscriber_id`,`state`,`execute_at`);--> statement-breakpoint
CREATE INDEX `revocation_orders_execution` ON `revocation_orders` (`state`,`execute_at`);--> statement-breakpoint
CREATE INDEX `revocation_orders_due` ON `revocation_orders` (`state`,`due_at`,`id`);--> statement-breakpoint
CREATE INDEX `revocation_orders_state` ON `revocation_orders` (`state`,`id`);--> statement-breakpoint
CREATE INDEX `revocation_orders_origin` ON `revocation_orders` (`origin_id`);--> statement-breakpoint
CREATE TABLE `second_factors` (
	`id` text PRIMARY KEY NOT NULL,
	`owner_kind` text NOT NULL,
	`owner_id` text NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`secret` text NOT NULL,
	`last_used_step` integer NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer
);
--> statement-breakpoint
CREATE INDEX `second_factors_owner` ON `second_factors` (`owner_kind`,`owner_id`);--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`site` text NOT NULL,
	`owner_id` text,
	`fingerprint` text,
	`data` text NOT NULL,
	`user_agent` text NOT NULL,
	`address` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL,
	`ends_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `sessions_owner` ON `sessions` (`owner_id`);--> statement-breakpoint
CREATE INDEX `sessions_end` ON `sessions` (`ends_at`);--> statement-breakpoint
CREATE TABLE `settings` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL,
	`version` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `staff` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`email` text NOT NULL,
	`roles` text NOT NULL,
	`state` text NOT NULL,
	`created_at` integer NOT NULL,
	`version` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `staff_email_unique` ON `staff` (`email`);--> statement-breakpoint
CREATE TABLE `subscribers` (
	`id` text PRIMARY KEY NOT NULL,
	`site_id` text NOT NULL,
	`name` text NOT NULL,
	`notice_address` text NOT NULL,
	`language` text NOT NULL,
	`policy` text NOT NULL,
	`state` text NOT NULL,
	`created_at` integer NOT NULL,
	`version` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `subscribers_site_id_unique` ON `subscribers` (`site_id`);--> statement-breakpoint
CREATE TABLE `throttles` (
	`key` text PRIMARY KEY NOT NULL,
	`failures` integer NOT NULL,
	`first_at` integer NOT NULL,
	`blocked_until` integer
);
