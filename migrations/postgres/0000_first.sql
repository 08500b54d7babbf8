CREATE TABLE "applicant_organizations" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"subscriber_id" text COLLATE "C" NOT NULL,
	"name_ja" text NOT NULL,
	"name_en" text,
	"legal_form" text NOT NULL,
	"registry_number" text,
	"main_phone" text NOT NULL,
	"representative_name" text NOT NULL,
	"postal_code" text NOT NULL,
	"country" text NOT NULL,
	"prefecture" text NOT NULL,
	"locality_ja" text NOT NULL,
	"locality_en" text,
	"street" text NOT NULL,
	"ev_enabled" boolean NOT NULL,
	"ev_category" text,
	"state" text NOT NULL,
	"vetted_at" bigint,
	"vetted_until" bigint,
	"created_at" bigint NOT NULL,
	"version" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "applicant_users" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"subscriber_id" text COLLATE "C" NOT NULL,
	"person_id" text COLLATE "C" NOT NULL,
	"login_id" text NOT NULL,
	"password_hash" text,
	"temporary_hash" text,
	"temporary_until" bigint,
	"password_notice_email" text NOT NULL,
	"must_change_password" boolean NOT NULL,
	"state" text NOT NULL,
	"last_login_at" bigint,
	"created_at" bigint NOT NULL,
	"version" bigint NOT NULL,
	CONSTRAINT "applicant_users_login_id_unique" UNIQUE("login_id")
);
--> statement-breakpoint
CREATE TABLE "audit_entries" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"tenant" text NOT NULL,
	"sequence" bigint NOT NULL,
	"at" bigint NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_id" text COLLATE "C",
	"actor_name" text NOT NULL,
	"action" text NOT NULL,
	"subject_kind" text NOT NULL,
	"subject_id" text NOT NULL,
	"details" text NOT NULL,
	"previous_hash" text NOT NULL,
	"hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_heads" (
	"tenant" text PRIMARY KEY NOT NULL,
	"sequence" bigint NOT NULL,
	"hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "certificate_names" (
	"certificate_id" text COLLATE "C" NOT NULL,
	"subscriber_id" text COLLATE "C",
	"name" text COLLATE "C" NOT NULL,
	"reversed_name" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "certificate_requests" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"receipt_number" text COLLATE "C" NOT NULL,
	"subscriber_id" text COLLATE "C" NOT NULL,
	"organization_id" text COLLATE "C" NOT NULL,
	"requester_user_id" text COLLATE "C" NOT NULL,
	"requester_person_id" text COLLATE "C" NOT NULL,
	"product" text NOT NULL,
	"shape" text NOT NULL,
	"subject_language" text NOT NULL,
	"common_name" text NOT NULL,
	"names" text NOT NULL,
	"csr_der" "bytea" NOT NULL,
	"spki_sha256" text COLLATE "C" NOT NULL,
	"key_description" text NOT NULL,
	"term_days" bigint NOT NULL,
	"licences" bigint NOT NULL,
	"issue_notice_email" text NOT NULL,
	"place" text,
	"order_number" text,
	"memo" text,
	"kind" text NOT NULL,
	"replaces_certificate_id" text COLLATE "C",
	"ends_at" bigint,
	"reissue_reason" text,
	"reissue_note" text,
	"grace_days" bigint,
	"mass_revocation_id" text COLLATE "C",
	"state" text NOT NULL,
	"coverage" text,
	"failure" text,
	"decision_reason" text,
	"decided_by" text,
	"decided_at" bigint,
	"submitted_at" bigint NOT NULL,
	"issued_at" bigint,
	"issue_attempts" bigint NOT NULL,
	"intent_id" text COLLATE "C",
	"certificate_id" text COLLATE "C",
	"first_downloaded_at" bigint,
	"submission_key" text NOT NULL,
	"version" bigint NOT NULL,
	CONSTRAINT "certificate_requests_receipt_number_unique" UNIQUE("receipt_number")
);
--> statement-breakpoint
CREATE TABLE "certificates" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"issuer_id" text COLLATE "C" NOT NULL,
	"serial" text COLLATE "C" NOT NULL,
	"profile" text NOT NULL,
	"subscriber_id" text COLLATE "C",
	"organization_id" text COLLATE "C",
	"purpose" text NOT NULL,
	"common_name" text COLLATE "C" NOT NULL,
	"name_count" bigint NOT NULL,
	"crl_partition" bigint NOT NULL,
	"fingerprint" text COLLATE "C" NOT NULL,
	"spki_sha256" text COLLATE "C" NOT NULL,
	"not_before" bigint NOT NULL,
	"not_after" bigint NOT NULL,
	"state" text NOT NULL,
	"revoked_at" bigint,
	"revocation_reason" bigint,
	"status_changed_at" bigint,
	"created_at" bigint NOT NULL,
	"der" "bytea" NOT NULL,
	CONSTRAINT "certificates_fingerprint_unique" UNIQUE("fingerprint")
);
--> statement-breakpoint
CREATE TABLE "client_certificates" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"holder_kind" text NOT NULL,
	"holder_id" text COLLATE "C" NOT NULL,
	"certificate_id" text COLLATE "C" NOT NULL,
	"fingerprint" text NOT NULL,
	"created_at" bigint NOT NULL,
	"removed_at" bigint,
	CONSTRAINT "client_certificates_fingerprint_unique" UNIQUE("fingerprint")
);
--> statement-breakpoint
CREATE TABLE "compromised_keys" (
	"spki_sha256" text COLLATE "C" PRIMARY KEY NOT NULL,
	"reported_at" bigint NOT NULL,
	"evidence" text NOT NULL,
	"declared_in" text COLLATE "C"
);
--> statement-breakpoint
CREATE TABLE "contracts" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"subscriber_id" text COLLATE "C" NOT NULL,
	"starts_on" text NOT NULL,
	"ends_on" text NOT NULL,
	"commitment" bigint NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "crl_parts" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"crl_id" text COLLATE "C" NOT NULL,
	"position" bigint NOT NULL,
	"created_at" bigint NOT NULL,
	"bytes" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "crls" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"issuer_id" text COLLATE "C" NOT NULL,
	"partition" bigint NOT NULL,
	"number" bigint NOT NULL,
	"entries" bigint NOT NULL,
	"size" bigint NOT NULL,
	"changes" text NOT NULL,
	"this_update" bigint NOT NULL,
	"next_update" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "domain_validations" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"subscriber_id" text COLLATE "C" NOT NULL,
	"domain_id" text COLLATE "C" NOT NULL,
	"method" text NOT NULL,
	"name" text NOT NULL,
	"authorization_domain_name" text,
	"scope" text NOT NULL,
	"random_value" text NOT NULL,
	"state" text NOT NULL,
	"started_at" bigint NOT NULL,
	"value_until" bigint NOT NULL,
	"validated_at" bigint,
	"evidence" text,
	"last_failure" text,
	"version" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "domains" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"subscriber_id" text COLLATE "C" NOT NULL,
	"organization_id" text COLLATE "C" NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"unicode_name" text NOT NULL,
	"ev_enabled" boolean NOT NULL,
	"state" text NOT NULL,
	"created_at" bigint NOT NULL,
	"version" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "issuance_intents" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"issuer_id" text COLLATE "C" NOT NULL,
	"serial" text COLLATE "C" NOT NULL,
	"profile" text NOT NULL,
	"purpose" text NOT NULL,
	"tbs_certificate" "bytea" NOT NULL,
	"crl_partition" bigint NOT NULL,
	"not_after" bigint NOT NULL,
	"state" text NOT NULL,
	"owner" text NOT NULL,
	"lease_until" bigint NOT NULL,
	"created_at" bigint NOT NULL,
	"ended_at" bigint
);
--> statement-breakpoint
CREATE TABLE "issuers" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"role" text NOT NULL,
	"key_name" text NOT NULL,
	"key_store" text DEFAULT 'file' NOT NULL,
	"subject_der" "bytea" NOT NULL,
	"key_identifier" "bytea" NOT NULL,
	"signature_algorithm" text NOT NULL,
	"certificate_der" "bytea" NOT NULL,
	"not_before" bigint NOT NULL,
	"not_after" bigint NOT NULL,
	"crl_partitions" bigint DEFAULT 0 NOT NULL,
	"crl_partitions_ever" bigint DEFAULT 0 NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "issuers_role_unique" UNIQUE("role")
);
--> statement-breakpoint
CREATE TABLE "jobs" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"tenant" text COLLATE "C",
	"created_by" text COLLATE "C",
	"payload" text NOT NULL,
	"state" text NOT NULL,
	"progress_done" bigint NOT NULL,
	"progress_total" bigint NOT NULL,
	"result" text,
	"last_error" text,
	"attempts" bigint NOT NULL,
	"next_run_at" bigint NOT NULL,
	"lease_owner" text,
	"lease_until" bigint,
	"created_at" bigint NOT NULL,
	"finished_at" bigint
);
--> statement-breakpoint
CREATE TABLE "key_ceremonies" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"begun_at" bigint NOT NULL,
	"ended_at" bigint
);
--> statement-breakpoint
CREATE TABLE "lint_findings" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"report_id" text COLLATE "C" NOT NULL,
	"certificate_id" text COLLATE "C" NOT NULL,
	"lint" text NOT NULL,
	"source" text NOT NULL,
	"why" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "lint_reports" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"rules_of" text NOT NULL,
	"started_at" bigint NOT NULL,
	"finished_at" bigint,
	"alive" bigint NOT NULL,
	"checked" bigint NOT NULL,
	"failed" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "mass_revocation_members" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"mass_revocation_id" text COLLATE "C" NOT NULL,
	"certificate_id" text COLLATE "C" NOT NULL,
	"subscriber_id" text COLLATE "C" NOT NULL,
	"request_id" text COLLATE "C" NOT NULL,
	"ordered_at" bigint,
	"replacement" text NOT NULL,
	"problem" text
);
--> statement-breakpoint
CREATE TABLE "mass_revocation_subscribers" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"mass_revocation_id" text COLLATE "C" NOT NULL,
	"subscriber_id" text COLLATE "C" NOT NULL,
	"told_of_plan_at" bigint,
	"told_of_end_at" bigint
);
--> statement-breakpoint
CREATE TABLE "mass_revocations" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"ground" text NOT NULL,
	"reason" text NOT NULL,
	"explanation" text NOT NULL,
	"drill" boolean NOT NULL,
	"known_at" bigint NOT NULL,
	"timing" text NOT NULL,
	"due_at" bigint NOT NULL,
	"execute_at" bigint NOT NULL,
	"selector" text NOT NULL,
	"state" text NOT NULL,
	"size" bigint NOT NULL,
	"created_at" bigint NOT NULL,
	"created_by" text COLLATE "C" NOT NULL,
	"created_by_name" text NOT NULL,
	"started_at" bigint,
	"started_by_name" text,
	"prepared_at" bigint,
	"revoked_at" bigint,
	"closed_at" bigint,
	"closed_by_name" text,
	"remark" text,
	"version" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "outbox_messages" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"tenant" text COLLATE "C",
	"subject_kind" text NOT NULL,
	"subject_id" text NOT NULL,
	"language" text NOT NULL,
	"from_address" text NOT NULL,
	"to_addresses" text NOT NULL,
	"cc_addresses" text NOT NULL,
	"reply_to_addresses" text NOT NULL,
	"subject" text NOT NULL,
	"text" text NOT NULL,
	"text_to_keep" text,
	"message_id" text NOT NULL,
	"state" text NOT NULL,
	"attempts" bigint NOT NULL,
	"next_attempt_at" bigint NOT NULL,
	"lease_owner" text,
	"lease_until" bigint,
	"sent_at" bigint,
	"last_error" text,
	"created_at" bigint NOT NULL,
	CONSTRAINT "outbox_messages_message_id_unique" UNIQUE("message_id")
);
--> statement-breakpoint
CREATE TABLE "metering_events" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"subscriber_id" text COLLATE "C" NOT NULL,
	"request_id" text COLLATE "C" NOT NULL,
	"certificate_id" text COLLATE "C" NOT NULL,
	"product" text NOT NULL,
	"shape" text NOT NULL,
	"licences" bigint NOT NULL,
	"names" bigint NOT NULL,
	"kind" text NOT NULL,
	"charged" boolean NOT NULL,
	"issued_at" bigint NOT NULL,
	CONSTRAINT "metering_events_request_id_unique" UNIQUE("request_id"),
	CONSTRAINT "metering_events_certificate_id_unique" UNIQUE("certificate_id")
);
--> statement-breakpoint
CREATE TABLE "operators" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"subscriber_id" text COLLATE "C" NOT NULL,
	"person_id" text COLLATE "C" NOT NULL,
	"common_name" text NOT NULL,
	"email" text NOT NULL,
	"state" text NOT NULL,
	"created_at" bigint NOT NULL,
	"version" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "people" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"subscriber_id" text COLLATE "C" NOT NULL,
	"name" text NOT NULL,
	"kana" text,
	"department" text,
	"email" text NOT NULL,
	"phone" text,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "problem_reports" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"receipt_number" text NOT NULL,
	"submission_key" text NOT NULL,
	"category" text NOT NULL,
	"language" text NOT NULL,
	"description" text NOT NULL,
	"domain" text,
	"serial" text,
	"fingerprint" text,
	"certificate_der" "bytea",
	"reporter_name" text,
	"reporter_email" text,
	"proof" text NOT NULL,
	"proof_kind" text,
	"spki_sha256" text,
	"key_description" text,
	"state" text NOT NULL,
	"received_at" bigint NOT NULL,
	"preliminary_due_at" bigint NOT NULL,
	"preliminary_sent_at" bigint,
	"decision_due_at" bigint NOT NULL,
	"next_due_at" bigint,
	"preliminary_warned" text NOT NULL,
	"decision_warned" text NOT NULL,
	"assignee_id" text COLLATE "C",
	"ground" text,
	"decision_reason" text,
	"decided_at" bigint,
	"decided_by" text,
	"version" bigint NOT NULL,
	CONSTRAINT "problem_reports_receipt_number_unique" UNIQUE("receipt_number"),
	CONSTRAINT "problem_reports_submission_key_unique" UNIQUE("submission_key")
);
--> statement-breakpoint
CREATE TABLE "problem_report_events" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"report_id" text COLLATE "C" NOT NULL,
	"kind" text NOT NULL,
	"at" bigint NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_name" text NOT NULL,
	"note" text
);
--> statement-breakpoint
CREATE TABLE "problem_report_certificates" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"report_id" text COLLATE "C" NOT NULL,
	"certificate_id" text COLLATE "C" NOT NULL,
	"found_by" text NOT NULL,
	"attached_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "request_events" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"request_id" text COLLATE "C" NOT NULL,
	"subscriber_id" text COLLATE "C" NOT NULL,
	"kind" text NOT NULL,
	"at" bigint NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_name" text NOT NULL,
	"reason" text
);
--> statement-breakpoint
CREATE TABLE "request_names" (
	"request_id" text COLLATE "C" NOT NULL,
	"subscriber_id" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"reversed_name" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "responsible_persons" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"organization_id" text COLLATE "C" NOT NULL,
	"name" text NOT NULL,
	"kana" text NOT NULL,
	"department" text,
	"title" text,
	"phone" text,
	"email" text
);
--> statement-breakpoint
CREATE TABLE "revocation_orders" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"certificate_id" text COLLATE "C" NOT NULL,
	"subscriber_id" text COLLATE "C",
	"reason" text NOT NULL,
	"ground" text NOT NULL,
	"explanation" text NOT NULL,
	"state" text NOT NULL,
	"ordered_at" bigint NOT NULL,
	"due_at" bigint NOT NULL,
	"execute_at" bigint NOT NULL,
	"done_at" bigint,
	"actor_kind" text NOT NULL,
	"actor_id" text COLLATE "C",
	"actor_name" text NOT NULL,
	"origin" text NOT NULL,
	"origin_id" text COLLATE "C",
	"cancelled_by" text,
	"cancel_reason" text,
	"open_for" text COLLATE "C",
	"version" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "second_factors" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"owner_kind" text NOT NULL,
	"owner_id" text COLLATE "C" NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"secret" text NOT NULL,
	"last_used_step" bigint NOT NULL,
	"created_at" bigint NOT NULL,
	"last_used_at" bigint
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"site" text NOT NULL,
	"owner_id" text COLLATE "C",
	"fingerprint" text,
	"data" text NOT NULL,
	"user_agent" text NOT NULL,
	"address" text NOT NULL,
	"created_at" bigint NOT NULL,
	"last_seen_at" bigint NOT NULL,
	"ends_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "settings" (
	"key" text PRIMARY KEY NOT NULL,
	"value" text NOT NULL,
	"version" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "staff" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"roles" text NOT NULL,
	"state" text NOT NULL,
	"created_at" bigint NOT NULL,
	"version" bigint NOT NULL,
	CONSTRAINT "staff_email_unique" UNIQUE("email")
);
--> statement-breakpoint
CREATE TABLE "subscribers" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"site_id" text NOT NULL,
	"name" text NOT NULL,
	"notice_address" text NOT NULL,
	"language" text NOT NULL,
	"policy" text NOT NULL,
	"state" text NOT NULL,
	"created_at" bigint NOT NULL,
	"version" bigint NOT NULL,
	CONSTRAINT "subscribers_site_id_unique" UNIQUE("site_id")
);
--> statement-breakpoint
CREATE TABLE "throttles" (
	"key" text PRIMARY KEY NOT NULL,
	"failures" bigint NOT NULL,
	"first_at" bigint NOT NULL,
	"blocked_until" bigint
);
--> statement-breakpoint
ALTER TABLE "applicant_organizations" ADD CONSTRAINT "applicant_organizations_subscriber_id_subscribers_id_fk" FOREIGN KEY ("subscriber_id") REFERENCES "public"."subscribers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "applicant_users" ADD CONSTRAINT "applicant_users_subscriber_id_subscribers_id_fk" FOREIGN KEY ("subscriber_id") REFERENCES "public"."subscribers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "applicant_users" ADD CONSTRAINT "applicant_users_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "certificate_names" ADD CONSTRAINT "certificate_names_certificate_id_certificates_id_fk" FOREIGN KEY ("certificate_id") REFERENCES "public"."certificates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "certificate_requests" ADD CONSTRAINT "certificate_requests_subscriber_id_subscribers_id_fk" FOREIGN KEY ("subscriber_id") REFERENCES "public"."subscribers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "certificate_requests" ADD CONSTRAINT "certificate_requests_organization_id_applicant_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."applicant_organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "certificate_requests" ADD CONSTRAINT "certificate_requests_requester_user_id_applicant_users_id_fk" FOREIGN KEY ("requester_user_id") REFERENCES "public"."applicant_users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "certificate_requests" ADD CONSTRAINT "certificate_requests_requester_person_id_people_id_fk" FOREIGN KEY ("requester_person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "certificate_requests" ADD CONSTRAINT "certificate_requests_replaces_certificate_id_certificates_id_fk" FOREIGN KEY ("replaces_certificate_id") REFERENCES "public"."certificates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "certificate_requests" ADD CONSTRAINT "certificate_requests_certificate_id_certificates_id_fk" FOREIGN KEY ("certificate_id") REFERENCES "public"."certificates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "certificates" ADD CONSTRAINT "certificates_issuer_id_issuers_id_fk" FOREIGN KEY ("issuer_id") REFERENCES "public"."issuers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_certificates" ADD CONSTRAINT "client_certificates_certificate_id_certificates_id_fk" FOREIGN KEY ("certificate_id") REFERENCES "public"."certificates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contracts" ADD CONSTRAINT "contracts_subscriber_id_subscribers_id_fk" FOREIGN KEY ("subscriber_id") REFERENCES "public"."subscribers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "crls" ADD CONSTRAINT "crls_issuer_id_issuers_id_fk" FOREIGN KEY ("issuer_id") REFERENCES "public"."issuers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "domain_validations" ADD CONSTRAINT "domain_validations_subscriber_id_subscribers_id_fk" FOREIGN KEY ("subscriber_id") REFERENCES "public"."subscribers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "domain_validations" ADD CONSTRAINT "domain_validations_domain_id_domains_id_fk" FOREIGN KEY ("domain_id") REFERENCES "public"."domains"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "domains" ADD CONSTRAINT "domains_subscriber_id_subscribers_id_fk" FOREIGN KEY ("subscriber_id") REFERENCES "public"."subscribers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "domains" ADD CONSTRAINT "domains_organization_id_applicant_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."applicant_organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issuance_intents" ADD CONSTRAINT "issuance_intents_issuer_id_issuers_id_fk" FOREIGN KEY ("issuer_id") REFERENCES "public"."issuers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lint_findings" ADD CONSTRAINT "lint_findings_report_id_lint_reports_id_fk" FOREIGN KEY ("report_id") REFERENCES "public"."lint_reports"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lint_findings" ADD CONSTRAINT "lint_findings_certificate_id_certificates_id_fk" FOREIGN KEY ("certificate_id") REFERENCES "public"."certificates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mass_revocation_members" ADD CONSTRAINT "mass_revocation_members_mass_revocation_id_mass_revocations_id_fk" FOREIGN KEY ("mass_revocation_id") REFERENCES "public"."mass_revocations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mass_revocation_members" ADD CONSTRAINT "mass_revocation_members_certificate_id_certificates_id_fk" FOREIGN KEY ("certificate_id") REFERENCES "public"."certificates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mass_revocation_members" ADD CONSTRAINT "mass_revocation_members_subscriber_id_subscribers_id_fk" FOREIGN KEY ("subscriber_id") REFERENCES "public"."subscribers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mass_revocation_members" ADD CONSTRAINT "mass_revocation_members_request_id_certificate_requests_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."certificate_requests"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mass_revocation_subscribers" ADD CONSTRAINT "mass_revocation_subscribers_mass_revocation_id_mass_revocations_id_fk" FOREIGN KEY ("mass_revocation_id") REFERENCES "public"."mass_revocations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mass_revocation_subscribers" ADD CONSTRAINT "mass_revocation_subscribers_subscriber_id_subscribers_id_fk" FOREIGN KEY ("subscriber_id") REFERENCES "public"."subscribers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "metering_events" ADD CONSTRAINT "metering_events_subscriber_id_subscribers_id_fk" FOREIGN KEY ("subscriber_id") REFERENCES "public"."subscribers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "metering_events" ADD CONSTRAINT "metering_events_request_id_certificate_requests_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."certificate_requests"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "metering_events" ADD CONSTRAINT "metering_events_certificate_id_certificates_id_fk" FOREIGN KEY ("certificate_id") REFERENCES "public"."certificates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "operators" ADD CONSTRAINT "operators_subscriber_id_subscribers_id_fk" FOREIGN KEY ("subscriber_id") REFERENCES "public"."subscribers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "operators" ADD CONSTRAINT "operators_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "people" ADD CONSTRAINT "people_subscriber_id_subscribers_id_fk" FOREIGN KEY ("subscriber_id") REFERENCES "public"."subscribers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "problem_reports" ADD CONSTRAINT "problem_reports_assignee_id_staff_id_fk" FOREIGN KEY ("assignee_id") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "problem_report_events" ADD CONSTRAINT "problem_report_events_report_id_problem_reports_id_fk" FOREIGN KEY ("report_id") REFERENCES "public"."problem_reports"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "problem_report_certificates" ADD CONSTRAINT "problem_report_certificates_report_id_problem_reports_id_fk" FOREIGN KEY ("report_id") REFERENCES "public"."problem_reports"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "problem_report_certificates" ADD CONSTRAINT "problem_report_certificates_certificate_id_certificates_id_fk" FOREIGN KEY ("certificate_id") REFERENCES "public"."certificates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "request_events" ADD CONSTRAINT "request_events_request_id_certificate_requests_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."certificate_requests"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "request_names" ADD CONSTRAINT "request_names_request_id_certificate_requests_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."certificate_requests"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "responsible_persons" ADD CONSTRAINT "responsible_persons_organization_id_applicant_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."applicant_organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "revocation_orders" ADD CONSTRAINT "revocation_orders_certificate_id_certificates_id_fk" FOREIGN KEY ("certificate_id") REFERENCES "public"."certificates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "revocation_orders" ADD CONSTRAINT "revocation_orders_subscriber_id_subscribers_id_fk" FOREIGN KEY ("subscriber_id") REFERENCES "public"."subscribers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "applicant_organizations_subscriber" ON "applicant_organizations" USING btree ("subscriber_id");--> statement-breakpoint
CREATE INDEX "applicant_users_subscriber" ON "applicant_users" USING btree ("subscriber_id");--> statement-breakpoint
CREATE UNIQUE INDEX "audit_entries_chain" ON "audit_entries" USING btree ("tenant","sequence");--> statement-breakpoint
CREATE INDEX "audit_entries_tenant" ON "audit_entries" USING btree ("tenant","id");--> statement-breakpoint
CREATE INDEX "audit_entries_subject" ON "audit_entries" USING btree ("subject_kind","subject_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "certificate_names_certificate" ON "certificate_names" USING btree ("certificate_id","name");--> statement-breakpoint
CREATE INDEX "certificate_names_name" ON "certificate_names" USING btree ("name","certificate_id");--> statement-breakpoint
CREATE INDEX "certificate_names_domain" ON "certificate_names" USING btree ("reversed_name","certificate_id");--> statement-breakpoint
CREATE INDEX "certificate_names_tenant_name" ON "certificate_names" USING btree ("subscriber_id","name","certificate_id");--> statement-breakpoint
CREATE INDEX "certificate_names_tenant_domain" ON "certificate_names" USING btree ("subscriber_id","reversed_name","certificate_id");--> statement-breakpoint
CREATE UNIQUE INDEX "certificate_requests_submission" ON "certificate_requests" USING btree ("requester_user_id","submission_key");--> statement-breakpoint
CREATE INDEX "certificate_requests_tenant" ON "certificate_requests" USING btree ("subscriber_id","id");--> statement-breakpoint
CREATE INDEX "certificate_requests_receipt" ON "certificate_requests" USING btree ("subscriber_id","receipt_number");--> statement-breakpoint
CREATE INDEX "certificate_requests_queue" ON "certificate_requests" USING btree ("subscriber_id","state","id");--> statement-breakpoint
CREATE INDEX "certificate_requests_issued" ON "certificate_requests" USING btree ("subscriber_id","issued_at","kind") WHERE "certificate_requests"."issued_at" is not null;--> statement-breakpoint
CREATE INDEX "certificate_requests_state" ON "certificate_requests" USING btree ("state","id");--> statement-breakpoint
CREATE INDEX "certificate_requests_certificate" ON "certificate_requests" USING btree ("certificate_id");--> statement-breakpoint
CREATE INDEX "certificate_requests_replaced" ON "certificate_requests" USING btree ("replaces_certificate_id");--> statement-breakpoint
CREATE INDEX "certificate_requests_mass_revocation" ON "certificate_requests" USING btree ("mass_revocation_id","state");--> statement-breakpoint
CREATE INDEX "certificate_requests_intent" ON "certificate_requests" USING btree ("intent_id");--> statement-breakpoint
CREATE UNIQUE INDEX "certificates_serial" ON "certificates" USING btree ("serial","issuer_id");--> statement-breakpoint
CREATE INDEX "certificates_tenant" ON "certificates" USING btree ("subscriber_id","id","profile");--> statement-breakpoint
CREATE INDEX "certificates_tenant_expiry" ON "certificates" USING btree ("subscriber_id","not_after","id","state","profile");--> statement-breakpoint
CREATE INDEX "certificates_expiry" ON "certificates" USING btree ("not_after","id","state","profile");--> statement-breakpoint
CREATE INDEX "certificates_organization" ON "certificates" USING btree ("organization_id","id");--> statement-breakpoint
CREATE INDEX "certificates_tenant_ended" ON "certificates" USING btree ("subscriber_id","state","id","profile") WHERE "certificates"."state" <> 'ACTIVE';--> statement-breakpoint
CREATE INDEX "certificates_ended" ON "certificates" USING btree ("state","id") WHERE "certificates"."state" <> 'ACTIVE';--> statement-breakpoint
CREATE INDEX "certificates_tenant_rare" ON "certificates" USING btree ("subscriber_id","profile","id") WHERE "certificates"."profile" <> 'SERVER_OV';--> statement-breakpoint
CREATE INDEX "certificates_rare" ON "certificates" USING btree ("profile","id") WHERE "certificates"."profile" <> 'SERVER_OV';--> statement-breakpoint
CREATE INDEX "certificates_key" ON "certificates" USING btree ("spki_sha256","id");--> statement-breakpoint
CREATE INDEX "certificates_revoked" ON "certificates" USING btree ("issuer_id","serial","crl_partition","revoked_at","revocation_reason","not_after") WHERE "certificates"."revoked_at" is not null;--> statement-breakpoint
CREATE INDEX "certificates_status_changed" ON "certificates" USING btree ("issuer_id","status_changed_at","serial","crl_partition","revoked_at","revocation_reason") WHERE "certificates"."status_changed_at" is not null;--> statement-breakpoint
CREATE INDEX "certificates_purpose" ON "certificates" USING btree ("purpose");--> statement-breakpoint
CREATE INDEX "client_certificates_holder" ON "client_certificates" USING btree ("holder_kind","holder_id");--> statement-breakpoint
CREATE INDEX "contracts_subscriber" ON "contracts" USING btree ("subscriber_id","ends_on");--> statement-breakpoint
CREATE UNIQUE INDEX "crl_parts_position" ON "crl_parts" USING btree ("crl_id","position");--> statement-breakpoint
CREATE UNIQUE INDEX "crls_number" ON "crls" USING btree ("issuer_id","partition","number");--> statement-breakpoint
CREATE INDEX "domain_validations_domain" ON "domain_validations" USING btree ("domain_id","state");--> statement-breakpoint
CREATE INDEX "domain_validations_subscriber" ON "domain_validations" USING btree ("subscriber_id");--> statement-breakpoint
CREATE UNIQUE INDEX "domains_name" ON "domains" USING btree ("organization_id","name");--> statement-breakpoint
CREATE INDEX "domains_subscriber" ON "domains" USING btree ("subscriber_id","name");--> statement-breakpoint
CREATE UNIQUE INDEX "issuance_intents_serial" ON "issuance_intents" USING btree ("issuer_id","serial");--> statement-breakpoint
CREATE INDEX "issuance_intents_state" ON "issuance_intents" USING btree ("state","lease_until");--> statement-breakpoint
CREATE INDEX "issuance_intents_abandoned" ON "issuance_intents" USING btree ("issuer_id","serial","crl_partition","ended_at","not_after") WHERE "issuance_intents"."state" = 'ABANDONED';--> statement-breakpoint
CREATE INDEX "issuance_intents_purpose" ON "issuance_intents" USING btree ("purpose");--> statement-breakpoint
CREATE INDEX "jobs_due" ON "jobs" USING btree ("state","next_run_at");--> statement-breakpoint
CREATE INDEX "jobs_tenant" ON "jobs" USING btree ("tenant","id");--> statement-breakpoint
CREATE INDEX "lint_findings_report" ON "lint_findings" USING btree ("report_id","lint","id");--> statement-breakpoint
CREATE INDEX "lint_reports_started" ON "lint_reports" USING btree ("started_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "mass_revocation_members_certificate" ON "mass_revocation_members" USING btree ("mass_revocation_id","certificate_id");--> statement-breakpoint
CREATE INDEX "mass_revocation_members_subscriber" ON "mass_revocation_members" USING btree ("mass_revocation_id","subscriber_id","id");--> statement-breakpoint
CREATE INDEX "mass_revocation_members_replacement" ON "mass_revocation_members" USING btree ("mass_revocation_id","replacement","id");--> statement-breakpoint
CREATE INDEX "mass_revocation_members_of" ON "mass_revocation_members" USING btree ("subscriber_id","mass_revocation_id");--> statement-breakpoint
CREATE UNIQUE INDEX "mass_revocation_subscribers_one" ON "mass_revocation_subscribers" USING btree ("mass_revocation_id","subscriber_id");--> statement-breakpoint
CREATE INDEX "mass_revocation_subscribers_of" ON "mass_revocation_subscribers" USING btree ("subscriber_id");--> statement-breakpoint
CREATE INDEX "mass_revocations_state" ON "mass_revocations" USING btree ("state","id");--> statement-breakpoint
CREATE INDEX "outbox_messages_due" ON "outbox_messages" USING btree ("state","next_attempt_at");--> statement-breakpoint
CREATE INDEX "outbox_messages_tenant" ON "outbox_messages" USING btree ("tenant","id");--> statement-breakpoint
CREATE INDEX "outbox_messages_subject" ON "outbox_messages" USING btree ("subject_kind","subject_id");--> statement-breakpoint
CREATE INDEX "metering_events_month" ON "metering_events" USING btree ("subscriber_id","issued_at");--> statement-breakpoint
CREATE UNIQUE INDEX "operators_common_name" ON "operators" USING btree ("subscriber_id","common_name");--> statement-breakpoint
CREATE INDEX "people_subscriber" ON "people" USING btree ("subscriber_id");--> statement-breakpoint
CREATE INDEX "problem_reports_due" ON "problem_reports" USING btree ("state","next_due_at","id");--> statement-breakpoint
CREATE INDEX "problem_reports_state" ON "problem_reports" USING btree ("state","id");--> statement-breakpoint
CREATE INDEX "problem_reports_key" ON "problem_reports" USING btree ("spki_sha256");--> statement-breakpoint
CREATE INDEX "problem_report_events_report" ON "problem_report_events" USING btree ("report_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "problem_report_certificates_once" ON "problem_report_certificates" USING btree ("report_id","certificate_id");--> statement-breakpoint
CREATE INDEX "problem_report_certificates_certificate" ON "problem_report_certificates" USING btree ("certificate_id");--> statement-breakpoint
CREATE INDEX "request_events_request" ON "request_events" USING btree ("request_id","id");--> statement-breakpoint
CREATE INDEX "request_events_tenant" ON "request_events" USING btree ("subscriber_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "request_names_request" ON "request_names" USING btree ("request_id","name");--> statement-breakpoint
CREATE INDEX "request_names_name" ON "request_names" USING btree ("subscriber_id","name","request_id");--> statement-breakpoint
CREATE INDEX "request_names_domain" ON "request_names" USING btree ("subscriber_id","reversed_name","request_id");--> statement-breakpoint
CREATE INDEX "responsible_persons_organization" ON "responsible_persons" USING btree ("organization_id");--> statement-breakpoint
CREATE UNIQUE INDEX "revocation_orders_open" ON "revocation_orders" USING btree ("open_for");--> statement-breakpoint
CREATE INDEX "revocation_orders_certificate" ON "revocation_orders" USING btree ("certificate_id","id");--> statement-breakpoint
CREATE INDEX "revocation_orders_tenant" ON "revocation_orders" USING btree ("subscriber_id","state","execute_at");--> statement-breakpoint
CREATE INDEX "revocation_orders_execution" ON "revocation_orders" USING btree ("state","execute_at");--> statement-breakpoint
CREATE INDEX "revocation_orders_due" ON "revocation_orders" USING btree ("state","due_at","id");--> statement-breakpoint
CREATE INDEX "revocation_orders_state" ON "revocation_orders" USING btree ("state","id");--> statement-breakpoint
CREATE INDEX "revocation_orders_origin" ON "revocation_orders" USING btree ("origin_id");--> statement-breakpoint
CREATE INDEX "second_factors_owner" ON "second_factors" USING btree ("owner_kind","owner_id");--> statement-breakpoint
CREATE INDEX "sessions_owner" ON "sessions" USING btree ("owner_id");--> statement-breakpoint
CREATE INDEX "sessions_end" ON "sessions" USING btree ("ends_at");