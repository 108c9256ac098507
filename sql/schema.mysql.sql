-- Generated from backend/models by `python -m backend.models.schema_dump`; not edited by hand.

CREATE TABLE `adjustment` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `adjustment_no` VARCHAR(32) NOT NULL,
  `driver_id` BIGINT NOT NULL,
  `amount_fen` BIGINT NOT NULL,
  `reason` VARCHAR(200) NOT NULL,
  `told` VARCHAR(60) NOT NULL,
  `state` VARCHAR(24) NOT NULL,
  `is_alone` BOOL NOT NULL,
  `asked_by_id` BIGINT NOT NULL,
  `asked_at` DATETIME(3) NOT NULL,
  `decided_by_id` BIGINT,
  `decided_at` DATETIME(3),
  `decision_note` VARCHAR(200) NOT NULL);
CREATE UNIQUE INDEX `adjustment_adjustment_no` ON `adjustment` (
  `adjustment_no`);
CREATE INDEX `adjustment_driver_id_id` ON `adjustment` (
  `driver_id`,
  `id`);
CREATE INDEX `adjustment_state_id` ON `adjustment` (
  `state`,
  `id`);
CREATE INDEX `adjustment_asked_by_id_asked_at` ON `adjustment` (
  `asked_by_id`,
  `asked_at`);

CREATE TABLE `agreement` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `agreement_no` VARCHAR(32) NOT NULL,
  `operator_id` BIGINT NOT NULL,
  `kind` VARCHAR(24) NOT NULL,
  `version` INTEGER,
  `title` VARCHAR(50) NOT NULL,
  `text` TEXT NOT NULL,
  `note` VARCHAR(500) NOT NULL,
  `row_version` INTEGER NOT NULL,
  `created_at` DATETIME(3) NOT NULL,
  `published_at` DATETIME(3),
  `published_by_id` BIGINT);
CREATE UNIQUE INDEX `agreement_agreement_no` ON `agreement` (
  `agreement_no`);
CREATE UNIQUE INDEX `agreement_operator_id_kind_version` ON `agreement` (
  `operator_id`,
  `kind`,
  `version`);

CREATE TABLE `agreement_acceptance` (
  `driver_id` BIGINT NOT NULL,
  `agreement_id` BIGINT NOT NULL,
  `accepted_at` DATETIME(3) NOT NULL, PRIMARY KEY (`driver_id`,
  `agreement_id`));
CREATE INDEX `agreement_acceptance_agreement_id` ON `agreement_acceptance` (
  `agreement_id`);

CREATE TABLE `area_fact` (
  `area_code` VARCHAR(6) NOT NULL,
  `operator_id` BIGINT NOT NULL,
  `family` VARCHAR(24) NOT NULL,
  `grain` VARCHAR(24) NOT NULL,
  `local_date` DATE NOT NULL,
  `value` VARCHAR(24) NOT NULL,
  `pile_kind` VARCHAR(24) NOT NULL,
  `orders` INTEGER NOT NULL,
  `energy_wh` BIGINT NOT NULL,
  `electricity_fen` BIGINT NOT NULL,
  `service_fen` BIGINT NOT NULL,
  `idle_fen` BIGINT NOT NULL,
  `total_fen` BIGINT NOT NULL,
  `duration_s` BIGINT NOT NULL,
  `firsts` INTEGER NOT NULL,
  `began` INTEGER NOT NULL,
  `failed` INTEGER NOT NULL, PRIMARY KEY (`area_code`,
  `operator_id`,
  `family`,
  `grain`,
  `local_date`,
  `value`,
  `pile_kind`));

CREATE TABLE `audit_chain` (
  `id` SMALLINT NOT NULL PRIMARY KEY,
  `number` BIGINT NOT NULL,
  `hash` VARCHAR(64) NOT NULL,
  `settled_id` BIGINT NOT NULL,
  `before_id` BIGINT NOT NULL);

CREATE TABLE `audit_link` (
  `number` BIGINT NOT NULL PRIMARY KEY,
  `audit_id` BIGINT NOT NULL,
  `hash` VARCHAR(64) NOT NULL,
  `linked_at` DATETIME(3) NOT NULL);
CREATE UNIQUE INDEX `audit_link_audit_id` ON `audit_link` (
  `audit_id`);

CREATE TABLE `audit_row` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `at` DATETIME(3) NOT NULL,
  `actor_kind` VARCHAR(24) NOT NULL,
  `actor_id` BIGINT,
  `operator_id` BIGINT,
  `action` VARCHAR(50) NOT NULL,
  `object_kind` VARCHAR(30) NOT NULL,
  `object_no` VARCHAR(64) NOT NULL,
  `detail` TEXT NOT NULL,
  `request_id` VARCHAR(40) NOT NULL,
  `ip` VARCHAR(45) NOT NULL);
CREATE INDEX `audit_row_at` ON `audit_row` (
  `at`);
CREATE INDEX `audit_row_object_kind_object_no_at` ON `audit_row` (
  `object_kind`,
  `object_no`,
  `at`);
CREATE INDEX `audit_row_operator_id_actor_kind_at` ON `audit_row` (
  `operator_id`,
  `actor_kind`,
  `at`);
CREATE INDEX `audit_row_actor_kind_actor_id_at` ON `audit_row` (
  `actor_kind`,
  `actor_id`,
  `at`);
CREATE INDEX `audit_row_action_at` ON `audit_row` (
  `action`,
  `at`);
CREATE INDEX `audit_row_object_no_at` ON `audit_row` (
  `object_no`,
  `at`);
CREATE INDEX `audit_row_actor_kind_at` ON `audit_row` (
  `actor_kind`,
  `at`);
CREATE INDEX `audit_row_actor_kind_action_at` ON `audit_row` (
  `actor_kind`,
  `action`,
  `at`);
CREATE INDEX `audit_row_operator_id_action_at` ON `audit_row` (
  `operator_id`,
  `action`,
  `at`);

CREATE TABLE `auth_token` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `token_hash` VARCHAR(64) NOT NULL,
  `actor_kind` VARCHAR(24) NOT NULL,
  `actor_id` BIGINT NOT NULL,
  `created_at` DATETIME(3) NOT NULL,
  `expires_at` DATETIME(3) NOT NULL,
  `revoked_at` DATETIME(3),
  `ip` VARCHAR(45) NOT NULL,
  `user_agent` VARCHAR(200) NOT NULL,
  `last_seen_at` DATETIME(3),
  `is_limited` BOOL NOT NULL);
CREATE UNIQUE INDEX `auth_token_token_hash` ON `auth_token` (
  `token_hash`);
CREATE INDEX `auth_token_expires_at` ON `auth_token` (
  `expires_at`);
CREATE INDEX `auth_token_actor_kind_actor_id` ON `auth_token` (
  `actor_kind`,
  `actor_id`);

CREATE TABLE `backup_code` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `staff_id` BIGINT NOT NULL,
  `code_hash` VARCHAR(64) NOT NULL,
  `used_at` DATETIME(3));
CREATE INDEX `backup_code_staff_id` ON `backup_code` (
  `staff_id`);

CREATE TABLE `begin_link` (
  `id` SMALLINT NOT NULL PRIMARY KEY,
  `token_hash` VARCHAR(64) NOT NULL,
  `created_at` DATETIME(3) NOT NULL,
  `expires_at` DATETIME(3) NOT NULL);

CREATE TABLE `bridge_hearing` (
  `name` VARCHAR(64) NOT NULL PRIMARY KEY,
  `heard_since` DATETIME(3) NOT NULL,
  `heard_until` DATETIME(3) NOT NULL);

CREATE TABLE `broker_accounts` (
  `id` SMALLINT NOT NULL PRIMARY KEY,
  `version` BIGINT NOT NULL);

CREATE TABLE `broker_node` (
  `name` VARCHAR(64) NOT NULL PRIMARY KEY,
  `seen_at` DATETIME(3) NOT NULL,
  `taken_version` BIGINT NOT NULL,
  `taken_at` DATETIME(3),
  `problem` VARCHAR(24) NOT NULL,
  `refusals` INTEGER NOT NULL,
  `refused_at` DATETIME(3));

CREATE TABLE `channel_account` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `account_no` VARCHAR(32) NOT NULL,
  `operator_id` BIGINT NOT NULL,
  `channel` VARCHAR(24) NOT NULL,
  `mode` VARCHAR(24) NOT NULL,
  `name` VARCHAR(60) NOT NULL,
  `is_enabled` BOOL NOT NULL,
  `merchant_no` VARCHAR(32) NOT NULL,
  `application_no` VARCHAR(32) NOT NULL,
  `sub_merchant_no` VARCHAR(32) NOT NULL,
  `key_serial` VARCHAR(64) NOT NULL,
  `proof_key_no` VARCHAR(64) NOT NULL,
  `proof_key` TEXT NOT NULL,
  `earlier_proof_key_no` VARCHAR(64) NOT NULL,
  `earlier_proof_key` TEXT NOT NULL,
  `uses_certificates` BOOL NOT NULL,
  `private_key` TEXT NOT NULL,
  `api_key` TEXT NOT NULL,
  `earlier_api_key` TEXT NOT NULL,
  `both_until` DATETIME(3),
  `expires_on` DATE,
  `created_at` DATETIME(3) NOT NULL,
  `row_version` INTEGER NOT NULL);
CREATE UNIQUE INDEX `channel_account_account_no` ON `channel_account` (
  `account_no`);
CREATE INDEX `channel_account_operator_id_channel` ON `channel_account` (
  `operator_id`,
  `channel`);

CREATE TABLE `channel_certificates` (
  `account_key` VARCHAR(64) NOT NULL PRIMARY KEY,
  `certificates` TEXT NOT NULL,
  `claimed_at` DATETIME(3),
  `kept_at` DATETIME(3),
  `next_download_at` DATETIME(3) NOT NULL);
CREATE INDEX `channel_certificates_next_download_at` ON `channel_certificates` (
  `next_download_at`);

CREATE TABLE `charge_order` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `order_no` VARCHAR(32) NOT NULL,
  `kind` VARCHAR(24) NOT NULL,
  `session_id` BIGINT NOT NULL,
  `operator_id` BIGINT NOT NULL,
  `station_id` BIGINT NOT NULL,
  `connector_id` BIGINT NOT NULL,
  `driver_id` BIGINT,
  `state` VARCHAR(24) NOT NULL,
  `energy_wh` BIGINT NOT NULL,
  `electricity_fen` BIGINT NOT NULL,
  `service_fen` BIGINT NOT NULL,
  `idle_fen` BIGINT NOT NULL,
  `total_fen` BIGINT NOT NULL,
  `held_fen` BIGINT NOT NULL,
  `captured_fen` BIGINT NOT NULL,
  `released_fen` BIGINT NOT NULL,
  `debt_fen` BIGINT NOT NULL,
  `written_off_fen` BIGINT NOT NULL,
  `reported_fen_e4` BIGINT,
  `has_discrepancy` BOOL NOT NULL,
  `is_estimated` BOOL NOT NULL,
  `is_test` BOOL,
  `started_at` DATETIME(3) NOT NULL,
  `ended_at` DATETIME(3) NOT NULL,
  `created_at` DATETIME(3) NOT NULL,
  `settled_at` DATETIME(3));
CREATE UNIQUE INDEX `charge_order_order_no` ON `charge_order` (
  `order_no`);
CREATE UNIQUE INDEX `charge_order_session_id_kind` ON `charge_order` (
  `session_id`,
  `kind`);
CREATE INDEX `charge_order_driver_id_id` ON `charge_order` (
  `driver_id`,
  `id`);
CREATE INDEX `charge_order_driver_id_started_at` ON `charge_order` (
  `driver_id`,
  `started_at`);
CREATE INDEX `charge_order_ended_at` ON `charge_order` (
  `ended_at`);
CREATE INDEX `charge_order_operator_id_ended_at_id_state` ON `charge_order` (
  `operator_id`,
  `ended_at`,
  `id`,
  `state`);
CREATE INDEX `charge_order_station_id_ended_at_id_state` ON `charge_order` (
  `station_id`,
  `ended_at`,
  `id`,
  `state`);
CREATE INDEX `charge_order_state_ended_at` ON `charge_order` (
  `state`,
  `ended_at`);
CREATE INDEX `charge_order_connector_id_ended_at` ON `charge_order` (
  `connector_id`,
  `ended_at`);
CREATE INDEX `charge_order_kind_operator_id_station_id` ON `charge_order` (
  `kind`,
  `operator_id`,
  `station_id`);

CREATE TABLE `charging_policy` (
  `operator_id` BIGINT NOT NULL PRIMARY KEY,
  `row_version` INTEGER NOT NULL,
  `changed_at` DATETIME(3) NOT NULL,
  `min_hold_fen` BIGINT,
  `hold_cap_fen` BIGINT,
  `start_deadline_s` BIGINT,
  `provisional_after_s` BIGINT,
  `no_energy_after_s` BIGINT,
  `longest_session_s` BIGINT,
  `plug_claim_s` BIGINT,
  `review_release_s` BIGINT,
  `smallest_top_up_fen` BIGINT,
  `largest_top_up_fen` BIGINT);

CREATE TABLE `command` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `command_no` VARCHAR(32) NOT NULL,
  `operator_id` BIGINT NOT NULL,
  `pile_id` BIGINT NOT NULL,
  `session_id` BIGINT,
  `kind` VARCHAR(24) NOT NULL,
  `params` TEXT NOT NULL,
  `state` VARCHAR(24) NOT NULL,
  `created_at` DATETIME(3) NOT NULL,
  `expires_at` DATETIME(3),
  `next_send_at` DATETIME(3) NOT NULL,
  `sent_at` DATETIME(3),
  `sends` INTEGER NOT NULL,
  `answered_at` DATETIME(3),
  `reason` VARCHAR(200) NOT NULL);
CREATE UNIQUE INDEX `command_command_no` ON `command` (
  `command_no`);
CREATE INDEX `command_session_id` ON `command` (
  `session_id`);
CREATE INDEX `command_state_next_send_at` ON `command` (
  `state`,
  `next_send_at`);
CREATE INDEX `command_pile_id_state` ON `command` (
  `pile_id`,
  `state`);

CREATE TABLE `connector` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `connector_no` VARCHAR(32) NOT NULL,
  `typed_no` VARCHAR(32),
  `operator_id` BIGINT NOT NULL,
  `station_id` BIGINT NOT NULL,
  `pile_id` BIGINT NOT NULL,
  `gun` SMALLINT NOT NULL,
  `qr_token` VARCHAR(16) NOT NULL,
  `standard` VARCHAR(30) NOT NULL,
  `rated_w` INTEGER NOT NULL,
  `out_of_service_at` DATETIME(3),
  `out_of_service_reason` VARCHAR(200),
  `created_at` DATETIME(3) NOT NULL);
CREATE UNIQUE INDEX `connector_connector_no` ON `connector` (
  `connector_no`);
CREATE INDEX `connector_typed_no` ON `connector` (
  `typed_no`);
CREATE INDEX `connector_operator_id` ON `connector` (
  `operator_id`);
CREATE INDEX `connector_station_id` ON `connector` (
  `station_id`);
CREATE UNIQUE INDEX `connector_qr_token` ON `connector` (
  `qr_token`);
CREATE UNIQUE INDEX `connector_pile_id_gun` ON `connector` (
  `pile_id`,
  `gun`);

CREATE TABLE `connector_day` (
  `connector_id` BIGINT NOT NULL,
  `local_date` DATE NOT NULL,
  `station_id` BIGINT NOT NULL,
  `operator_id` BIGINT NOT NULL,
  `orders` INTEGER NOT NULL,
  `energy_wh` BIGINT NOT NULL,
  `total_fen` BIGINT NOT NULL,
  `duration_s` BIGINT NOT NULL, PRIMARY KEY (`connector_id`,
  `local_date`));
CREATE INDEX `connector_day_operator_id_local_date` ON `connector_day` (
  `operator_id`,
  `local_date`);

CREATE TABLE `connector_fact` (
  `grain` VARCHAR(24) NOT NULL,
  `local_date` DATE NOT NULL,
  `connector_id` BIGINT NOT NULL,
  `station_id` BIGINT NOT NULL,
  `operator_id` BIGINT NOT NULL,
  `orders` INTEGER NOT NULL,
  `energy_wh` BIGINT NOT NULL,
  `electricity_fen` BIGINT NOT NULL,
  `service_fen` BIGINT NOT NULL,
  `idle_fen` BIGINT NOT NULL,
  `total_fen` BIGINT NOT NULL,
  `duration_s` BIGINT NOT NULL,
  `firsts` INTEGER NOT NULL,
  `began` INTEGER NOT NULL,
  `failed` INTEGER NOT NULL, PRIMARY KEY (`grain`,
  `local_date`,
  `connector_id`,
  `station_id`,
  `operator_id`));
CREATE INDEX `connector_fact_station_id_grain_local_date` ON `connector_fact` (
  `station_id`,
  `grain`,
  `local_date`);
CREATE INDEX `connector_fact_grain_failed` ON `connector_fact` (
  `grain`,
  `failed`);

CREATE TABLE `connector_state` (
  `connector_id` BIGINT NOT NULL PRIMARY KEY,
  `status` VARCHAR(24) NOT NULL,
  `is_plugged` BOOL NOT NULL,
  `fault_codes` VARCHAR(200) NOT NULL,
  `boot` BIGINT NOT NULL,
  `seq` BIGINT NOT NULL,
  `status_at` DATETIME(3),
  `session_no` VARCHAR(32),
  `meter_boot` BIGINT NOT NULL,
  `meter_seq` BIGINT NOT NULL,
  `meter_at` DATETIME(3),
  `register_wh` BIGINT,
  `power_w` INTEGER,
  `voltage_mv` INTEGER,
  `current_ma` INTEGER,
  `soc_percent` SMALLINT,
  `temperature_c` SMALLINT,
  `remaining_s` INTEGER);

CREATE TABLE `driver` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `driver_no` VARCHAR(32) NOT NULL,
  `wechat_openid` VARCHAR(64),
  `nickname` VARCHAR(50) NOT NULL,
  `phone` VARCHAR(20),
  `phone_bound_at` DATETIME(3),
  `avatar` VARCHAR(64) NOT NULL,
  `avatar_file_id` BIGINT,
  `is_enabled` BOOL NOT NULL,
  `is_guest` BOOL,
  `created_at` DATETIME(3) NOT NULL,
  `last_login_at` DATETIME(3),
  `state` VARCHAR(24) NOT NULL,
  `frozen_at` DATETIME(3),
  `frozen_reason` VARCHAR(200) NOT NULL,
  `frozen_by_id` BIGINT,
  `row_version` INTEGER NOT NULL,
  `deleted_at` DATETIME(3));
CREATE UNIQUE INDEX `driver_driver_no` ON `driver` (
  `driver_no`);
CREATE UNIQUE INDEX `driver_wechat_openid` ON `driver` (
  `wechat_openid`);
CREATE INDEX `driver_phone` ON `driver` (
  `phone`);
CREATE INDEX `driver_avatar_file_id` ON `driver` (
  `avatar_file_id`);
CREATE INDEX `driver_is_guest` ON `driver` (
  `is_guest`);
CREATE INDEX `driver_created_at` ON `driver` (
  `created_at`);
CREATE INDEX `driver_state` ON `driver` (
  `state`);
CREATE INDEX `driver_deleted_at` ON `driver` (
  `deleted_at`);

CREATE TABLE `driver_identity` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `driver_id` BIGINT NOT NULL,
  `kind` VARCHAR(24) NOT NULL,
  `key` VARCHAR(64) NOT NULL,
  `created_at` DATETIME(3) NOT NULL);
CREATE UNIQUE INDEX `driver_identity_kind_key` ON `driver_identity` (
  `kind`,
  `key`);
CREATE INDEX `driver_identity_driver_id_kind` ON `driver_identity` (
  `driver_id`,
  `kind`);

CREATE TABLE `driver_message` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `message_no` VARCHAR(32) NOT NULL,
  `kind` VARCHAR(24) NOT NULL,
  `subject_no` VARCHAR(32) NOT NULL,
  `driver_id` BIGINT NOT NULL,
  `state` VARCHAR(24) NOT NULL,
  `attempts` INTEGER NOT NULL,
  `due_at` DATETIME(3),
  `deadline_at` DATETIME(3) NOT NULL,
  `last_error` VARCHAR(100) NOT NULL,
  `created_at` DATETIME(3) NOT NULL,
  `ended_at` DATETIME(3));
CREATE UNIQUE INDEX `driver_message_message_no` ON `driver_message` (
  `message_no`);
CREATE INDEX `driver_message_driver_id` ON `driver_message` (
  `driver_id`);
CREATE INDEX `driver_message_due_at` ON `driver_message` (
  `due_at`);
CREATE INDEX `driver_message_created_at` ON `driver_message` (
  `created_at`);
CREATE UNIQUE INDEX `driver_message_kind_subject_no` ON `driver_message` (
  `kind`,
  `subject_no`);

CREATE TABLE `driver_total` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `driver_id` BIGINT NOT NULL,
  `operator_id` BIGINT NOT NULL,
  `charges` INTEGER NOT NULL,
  `energy_wh` BIGINT NOT NULL,
  `total_fen` BIGINT NOT NULL,
  `last_ended_at` DATETIME(3) NOT NULL);
CREATE UNIQUE INDEX `driver_total_driver_id_operator_id` ON `driver_total` (
  `driver_id`,
  `operator_id`);
CREATE INDEX `driver_total_operator_id_id` ON `driver_total` (
  `operator_id`,
  `id`);

CREATE TABLE `event` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `batch` BIGINT NOT NULL,
  `at` DATETIME(3) NOT NULL,
  `kind` VARCHAR(24) NOT NULL,
  `operator_id` BIGINT NOT NULL,
  `object_kind` VARCHAR(24) NOT NULL,
  `object_no` VARCHAR(64) NOT NULL,
  `detail` TEXT NOT NULL);
CREATE INDEX `event_batch` ON `event` (
  `batch`);

CREATE TABLE `event_consumer` (
  `name` VARCHAR(40) NOT NULL PRIMARY KEY,
  `batch` BIGINT NOT NULL,
  `event_id` BIGINT NOT NULL,
  `claimed_until` DATETIME(3));

CREATE TABLE `event_counter` (
  `id` SMALLINT NOT NULL PRIMARY KEY,
  `batch` BIGINT NOT NULL);

CREATE TABLE `event_retry` (
  `consumer` VARCHAR(40) NOT NULL,
  `event_id` BIGINT NOT NULL,
  `attempts` INTEGER NOT NULL,
  `due_at` DATETIME(3) NOT NULL,
  `is_parked` BOOL NOT NULL,
  `last_error` VARCHAR(200) NOT NULL, PRIMARY KEY (`consumer`,
  `event_id`));
CREATE INDEX `event_retry_is_parked_due_at` ON `event_retry` (
  `is_parked`,
  `due_at`);

CREATE TABLE `export_job` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `export_no` VARCHAR(32) NOT NULL,
  `staff_id` BIGINT NOT NULL,
  `kind` VARCHAR(24) NOT NULL,
  `format` VARCHAR(24) NOT NULL,
  `wanted` TEXT NOT NULL,
  `state` VARCHAR(24) NOT NULL,
  `place` VARCHAR(64) NOT NULL,
  `parts_done` INTEGER NOT NULL,
  `rows_done` INTEGER NOT NULL,
  `claims` INTEGER NOT NULL,
  `claimed_until` DATETIME(3),
  `tries` INTEGER NOT NULL,
  `fault` VARCHAR(24),
  `file_id` BIGINT,
  `size_bytes` BIGINT NOT NULL,
  `created_at` DATETIME(3) NOT NULL,
  `ended_at` DATETIME(3),
  `expires_at` DATETIME(3));
CREATE UNIQUE INDEX `export_job_export_no` ON `export_job` (
  `export_no`);
CREATE INDEX `export_job_staff_id_id` ON `export_job` (
  `staff_id`,
  `id`);
CREATE INDEX `export_job_state_id` ON `export_job` (
  `state`,
  `id`);
CREATE INDEX `export_job_state_expires_at` ON `export_job` (
  `state`,
  `expires_at`);
CREATE INDEX `export_job_created_at` ON `export_job` (
  `created_at`);

CREATE TABLE `export_part` (
  `export_id` BIGINT NOT NULL,
  `number` INTEGER NOT NULL,
  `file_id` BIGINT NOT NULL, PRIMARY KEY (`export_id`,
  `number`));

CREATE TABLE `fact_gate` (
  `id` SMALLINT NOT NULL PRIMARY KEY);

CREATE TABLE `fact_place` (
  `station_id` BIGINT NOT NULL PRIMARY KEY,
  `division_code` VARCHAR(6) NOT NULL,
  `next_month` DATE,
  `is_whole` BOOL NOT NULL,
  `compared_on` DATE);
CREATE INDEX `fact_place_compared_on` ON `fact_place` (
  `compared_on`);
CREATE INDEX `fact_place_is_whole` ON `fact_place` (
  `is_whole`);

CREATE TABLE `fee_line` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `order_id` BIGINT NOT NULL,
  `line_no` SMALLINT NOT NULL,
  `local_date` DATE NOT NULL,
  `start_slot` SMALLINT NOT NULL,
  `end_slot` SMALLINT NOT NULL,
  `rate_band` VARCHAR(24) NOT NULL,
  `component` VARCHAR(24) NOT NULL,
  `energy_wh` BIGINT NOT NULL,
  `price_e5` BIGINT NOT NULL,
  `fee_fen` BIGINT NOT NULL,
  `note` VARCHAR(100) NOT NULL);
CREATE INDEX `fee_line_order_id` ON `fee_line` (
  `order_id`);

CREATE TABLE `holiday` (
  `local_date` DATE NOT NULL,
  `revision` BIGINT NOT NULL,
  `day_kind` VARCHAR(24),
  `name` VARCHAR(30) NOT NULL, PRIMARY KEY (`local_date`,
  `revision`));

CREATE TABLE `holiday_revision` (
  `revision` BIGINT NOT NULL PRIMARY KEY,
  `made_at` DATETIME(3) NOT NULL,
  `staff_id` BIGINT,
  `reason` VARCHAR(200) NOT NULL);

CREATE TABLE `idempotency_key` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `actor_kind` VARCHAR(24) NOT NULL,
  `actor_id` BIGINT NOT NULL,
  `route` VARCHAR(80) NOT NULL,
  `key` VARCHAR(80) NOT NULL,
  `input_hash` VARCHAR(64) NOT NULL,
  `answer` TEXT NOT NULL,
  `created_at` DATETIME(3) NOT NULL);
CREATE INDEX `idempotency_key_created_at` ON `idempotency_key` (
  `created_at`);
CREATE UNIQUE INDEX `idempotency_key_actor_kind_actor_id_route_key` ON `idempotency_key` (
  `actor_kind`,
  `actor_id`,
  `route`,
  `key`);

CREATE TABLE `idle_fee_line` (
  `order_id` BIGINT NOT NULL,
  `line_no` SMALLINT NOT NULL,
  `local_date` DATE NOT NULL,
  `minutes` INTEGER NOT NULL,
  `minute_fen` BIGINT NOT NULL,
  `is_capped` BOOL NOT NULL,
  `fee_fen` BIGINT NOT NULL, PRIMARY KEY (`order_id`,
  `line_no`));

CREATE TABLE `idle_spell` (
  `session_id` BIGINT NOT NULL,
  `from_at` DATETIME(3) NOT NULL,
  `to_at` DATETIME(3) NOT NULL, PRIMARY KEY (`session_id`,
  `from_at`));

CREATE TABLE `idle_stay` (
  `session_id` BIGINT NOT NULL PRIMARY KEY,
  `connector_id` BIGINT NOT NULL,
  `driver_id` BIGINT NOT NULL,
  `state` VARCHAR(24) NOT NULL,
  `began_at` DATETIME(3) NOT NULL,
  `free_minutes` INTEGER NOT NULL,
  `minute_fen` BIGINT NOT NULL,
  `day_cap_fen` BIGINT NOT NULL,
  `spell_from_at` DATETIME(3),
  `heard_at` DATETIME(3),
  `warned_at` DATETIME(3),
  `ended_at` DATETIME(3),
  `end_reason` VARCHAR(24),
  `due_at` DATETIME(3),
  `order_id` BIGINT,
  `waived_at` DATETIME(3),
  `waive_reason` VARCHAR(200));
CREATE INDEX `idle_stay_driver_id` ON `idle_stay` (
  `driver_id`);
CREATE INDEX `idle_stay_due_at` ON `idle_stay` (
  `due_at`);
CREATE UNIQUE INDEX `idle_stay_order_id` ON `idle_stay` (
  `order_id`);
CREATE INDEX `idle_stay_connector_id_state` ON `idle_stay` (
  `connector_id`,
  `state`);

CREATE TABLE `ledger_account` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `kind` VARCHAR(24) NOT NULL,
  `owner_kind` VARCHAR(24) NOT NULL,
  `owner_key` VARCHAR(32) NOT NULL,
  `balance_fen` BIGINT,
  `created_at` DATETIME(3) NOT NULL);
CREATE UNIQUE INDEX `ledger_account_owner_kind_owner_key_kind` ON `ledger_account` (
  `owner_kind`,
  `owner_key`,
  `kind`);

CREATE TABLE `ledger_entry` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `entry_no` VARCHAR(32) NOT NULL,
  `kind` VARCHAR(24) NOT NULL,
  `reference` VARCHAR(64) NOT NULL,
  `corrects_id` BIGINT,
  `created_at` DATETIME(3) NOT NULL);
CREATE UNIQUE INDEX `ledger_entry_entry_no` ON `ledger_entry` (
  `entry_no`);
CREATE INDEX `ledger_entry_created_at` ON `ledger_entry` (
  `created_at`);
CREATE UNIQUE INDEX `ledger_entry_kind_reference` ON `ledger_entry` (
  `kind`,
  `reference`);

CREATE TABLE `ledger_posting` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `entry_id` BIGINT NOT NULL,
  `account_id` BIGINT NOT NULL,
  `amount_fen` BIGINT NOT NULL);
CREATE INDEX `ledger_posting_entry_id` ON `ledger_posting` (
  `entry_id`);
CREATE INDEX `ledger_posting_account_id_entry_id` ON `ledger_posting` (
  `account_id`,
  `entry_id`);

CREATE TABLE `live_session` (
  `connector_id` BIGINT NOT NULL PRIMARY KEY,
  `driver_id` BIGINT,
  `session_id` BIGINT NOT NULL);
CREATE UNIQUE INDEX `live_session_driver_id` ON `live_session` (
  `driver_id`);
CREATE UNIQUE INDEX `live_session_session_id` ON `live_session` (
  `session_id`);

CREATE TABLE `login_record` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `at` DATETIME(3) NOT NULL,
  `account` VARCHAR(50) NOT NULL,
  `staff_id` BIGINT,
  `operator_id` BIGINT,
  `ip` VARCHAR(45) NOT NULL,
  `user_agent` VARCHAR(200) NOT NULL,
  `outcome` VARCHAR(24) NOT NULL);
CREATE INDEX `login_record_at` ON `login_record` (
  `at`);
CREATE INDEX `login_record_operator_id_at` ON `login_record` (
  `operator_id`,
  `at`);
CREATE INDEX `login_record_staff_id_at` ON `login_record` (
  `staff_id`,
  `at`);
CREATE INDEX `login_record_account_at` ON `login_record` (
  `account`,
  `at`);
CREATE INDEX `login_record_outcome_at` ON `login_record` (
  `outcome`,
  `at`);

CREATE TABLE `message_credit` (
  `driver_id` BIGINT NOT NULL,
  `kind` VARCHAR(24) NOT NULL,
  `credits` INTEGER NOT NULL, PRIMARY KEY (`driver_id`,
  `kind`));

CREATE TABLE `meter_value` (
  `pile_id` BIGINT NOT NULL,
  `boot` BIGINT NOT NULL,
  `seq` BIGINT NOT NULL,
  `gun` SMALLINT NOT NULL,
  `session_no` VARCHAR(32) NOT NULL,
  `at` DATETIME(3) NOT NULL,
  `received_at` DATETIME(3) NOT NULL,
  `register_wh` BIGINT NOT NULL,
  `power_w` INTEGER NOT NULL,
  `voltage_mv` INTEGER NOT NULL,
  `current_ma` INTEGER NOT NULL,
  `soc_percent` SMALLINT,
  `temperature_c` SMALLINT,
  `is_replayed` BOOL NOT NULL, PRIMARY KEY (`pile_id`,
  `boot`,
  `seq`));
CREATE INDEX `meter_value_session_no_at` ON `meter_value` (
  `session_no`,
  `at`);

CREATE TABLE `movement_view` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `staff_id` BIGINT NOT NULL,
  `name` VARCHAR(50) NOT NULL,
  `wanted` TEXT NOT NULL,
  `row_version` INTEGER NOT NULL,
  `created_at` DATETIME(3) NOT NULL);
CREATE UNIQUE INDEX `movement_view_staff_id_name` ON `movement_view` (
  `staff_id`,
  `name`);

CREATE TABLE `operator` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `operator_no` VARCHAR(32) NOT NULL,
  `name` VARCHAR(100) NOT NULL,
  `is_platform` BOOL NOT NULL,
  `service_phone` VARCHAR(32) NOT NULL,
  `service_hours` VARCHAR(50) NOT NULL,
  `is_enabled` BOOL NOT NULL,
  `row_version` INTEGER NOT NULL,
  `created_at` DATETIME(3) NOT NULL);
CREATE UNIQUE INDEX `operator_operator_no` ON `operator` (
  `operator_no`);

CREATE TABLE `pay_password` (
  `driver_id` BIGINT NOT NULL PRIMARY KEY,
  `password_hash` VARCHAR(200) NOT NULL,
  `is_on` BOOL NOT NULL,
  `revision` INTEGER NOT NULL,
  `wrong` INTEGER NOT NULL,
  `closed_until` DATETIME(3),
  `refunds_locked_until` DATETIME(3),
  `set_at` DATETIME(3) NOT NULL);

CREATE TABLE `payment` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `payment_no` VARCHAR(32) NOT NULL,
  `driver_id` BIGINT NOT NULL,
  `operator_id` BIGINT NOT NULL,
  `purpose` VARCHAR(24) NOT NULL,
  `channel` VARCHAR(24) NOT NULL,
  `session_id` BIGINT,
  `channel_account_id` BIGINT,
  `amount_fen` BIGINT NOT NULL,
  `state` VARCHAR(24) NOT NULL,
  `pay_handle` VARCHAR(255),
  `channel_transaction_no` VARCHAR(64),
  `created_at` DATETIME(3) NOT NULL,
  `expires_at` DATETIME(3) NOT NULL,
  `paid_at` DATETIME(3),
  `closed_at` DATETIME(3),
  `refunded_fen` BIGINT NOT NULL,
  `payer_key` VARCHAR(128),
  `rest_due_at` DATETIME(3),
  `queries` INTEGER NOT NULL,
  `last_error` VARCHAR(200) NOT NULL);
CREATE UNIQUE INDEX `payment_payment_no` ON `payment` (
  `payment_no`);
CREATE INDEX `payment_rest_due_at` ON `payment` (
  `rest_due_at`);
CREATE UNIQUE INDEX `payment_channel_channel_transaction_no` ON `payment` (
  `channel`,
  `channel_transaction_no`);
CREATE INDEX `payment_driver_id_id` ON `payment` (
  `driver_id`,
  `id`);
CREATE INDEX `payment_state_id` ON `payment` (
  `state`,
  `id`);
CREATE INDEX `payment_paid_at` ON `payment` (
  `paid_at`);
CREATE INDEX `payment_purpose_paid_at` ON `payment` (
  `purpose`,
  `paid_at`);

CREATE TABLE `pile` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `pile_no` VARCHAR(32) NOT NULL,
  `operator_id` BIGINT NOT NULL,
  `station_id` BIGINT NOT NULL,
  `name` VARCHAR(50) NOT NULL,
  `kind` VARCHAR(24) NOT NULL,
  `rated_w` INTEGER NOT NULL,
  `vendor` VARCHAR(50) NOT NULL,
  `model` VARCHAR(50) NOT NULL,
  `firmware` VARCHAR(50) NOT NULL,
  `capabilities` VARCHAR(500),
  `tariff_id` BIGINT,
  `broker_password_hash` VARCHAR(200) NOT NULL,
  `secret_issued_at` DATETIME(3),
  `secret_version` BIGINT,
  `out_of_service_at` DATETIME(3),
  `out_of_service_reason` VARCHAR(200),
  `is_retired` BOOL NOT NULL,
  `retired_at` DATETIME(3),
  `row_version` INTEGER NOT NULL,
  `created_at` DATETIME(3) NOT NULL);
CREATE UNIQUE INDEX `pile_pile_no` ON `pile` (
  `pile_no`);
CREATE INDEX `pile_operator_id` ON `pile` (
  `operator_id`);
CREATE INDEX `pile_station_id` ON `pile` (
  `station_id`);
CREATE INDEX `pile_tariff_id` ON `pile` (
  `tariff_id`);

CREATE TABLE `pile_contact` (
  `pile_id` BIGINT NOT NULL PRIMARY KEY,
  `connected_at` DATETIME(3),
  `refused_at` DATETIME(3),
  `refusal` VARCHAR(24));

CREATE TABLE `pile_day` (
  `pile_id` BIGINT NOT NULL,
  `local_date` DATE NOT NULL,
  `operator_id` BIGINT NOT NULL,
  `times_offline` INTEGER NOT NULL, PRIMARY KEY (`pile_id`,
  `local_date`));
CREATE INDEX `pile_day_operator_id_local_date` ON `pile_day` (
  `operator_id`,
  `local_date`);

CREATE TABLE `pile_message` (
  `pile_id` BIGINT NOT NULL,
  `message_id` VARCHAR(64) NOT NULL,
  `digest` VARCHAR(32),
  `received_at` DATETIME(3) NOT NULL, PRIMARY KEY (`pile_id`,
  `message_id`));
CREATE INDEX `pile_message_received_at` ON `pile_message` (
  `received_at`);

CREATE TABLE `pile_state` (
  `pile_id` BIGINT NOT NULL PRIMARY KEY,
  `is_online` BOOL NOT NULL,
  `conn` VARCHAR(64) NOT NULL,
  `boot` BIGINT NOT NULL,
  `seq` BIGINT NOT NULL,
  `last_seen_at` DATETIME(3),
  `online_since` DATETIME(3),
  `clock_offset_ms` BIGINT,
  `is_clock_set` BOOL NOT NULL);

CREATE TABLE `platform_day` (
  `local_date` DATE NOT NULL PRIMARY KEY,
  `top_ups` INTEGER NOT NULL,
  `top_up_fen` BIGINT NOT NULL,
  `new_drivers` INTEGER NOT NULL);

CREATE TABLE `plug_claim` (
  `connector_id` BIGINT NOT NULL PRIMARY KEY,
  `driver_id` BIGINT NOT NULL,
  `session_id` BIGINT NOT NULL,
  `since_at` DATETIME(3) NOT NULL,
  `until_at` DATETIME(3) NOT NULL);

CREATE TABLE `plug_sense` (
  `connector_id` BIGINT NOT NULL PRIMARY KEY,
  `proven_at` DATETIME(3) NOT NULL);

CREATE TABLE `power_quarter` (
  `operator_id` BIGINT NOT NULL,
  `station_id` BIGINT NOT NULL,
  `at` DATETIME(3) NOT NULL,
  `power_w` BIGINT NOT NULL, PRIMARY KEY (`operator_id`,
  `station_id`,
  `at`));
CREATE INDEX `power_quarter_at` ON `power_quarter` (
  `at`);

CREATE TABLE `quarantine` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `topic` VARCHAR(200) NOT NULL,
  `pile_no` VARCHAR(64) NOT NULL,
  `payload` BLOB NOT NULL,
  `reason` VARCHAR(50) NOT NULL,
  `detail` VARCHAR(500) NOT NULL,
  `received_at` DATETIME(3) NOT NULL,
  `closed_at` DATETIME(3),
  `closed_by_id` BIGINT,
  `closing_note` VARCHAR(200));
CREATE INDEX `quarantine_received_at` ON `quarantine` (
  `received_at`);
CREATE INDEX `quarantine_pile_no_received_at` ON `quarantine` (
  `pile_no`,
  `received_at`);

CREATE TABLE `record_segment` (
  `session_id` BIGINT NOT NULL,
  `from_at` DATETIME(3) NOT NULL,
  `to_at` DATETIME(3) NOT NULL,
  `energy_wh` BIGINT NOT NULL, PRIMARY KEY (`session_id`,
  `from_at`));

CREATE TABLE `refund` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `refund_no` VARCHAR(32) NOT NULL,
  `driver_id` BIGINT NOT NULL,
  `amount_fen` BIGINT NOT NULL,
  `state` VARCHAR(24) NOT NULL,
  `asked_at` DATETIME(3) NOT NULL,
  `done_at` DATETIME(3));
CREATE UNIQUE INDEX `refund_refund_no` ON `refund` (
  `refund_no`);
CREATE INDEX `refund_driver_id_id` ON `refund` (
  `driver_id`,
  `id`);
CREATE INDEX `refund_state_id` ON `refund` (
  `state`,
  `id`);
CREATE INDEX `refund_state_done_at` ON `refund` (
  `state`,
  `done_at`);
CREATE INDEX `refund_asked_at` ON `refund` (
  `asked_at`);

CREATE TABLE `refund_part` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `part_no` VARCHAR(32) NOT NULL,
  `refund_id` BIGINT NOT NULL,
  `payment_id` BIGINT,
  `channel` VARCHAR(24),
  `amount_fen` BIGINT NOT NULL,
  `state` VARCHAR(24) NOT NULL,
  `steps` INTEGER NOT NULL,
  `next_step_at` DATETIME(3),
  `sent_at` DATETIME(3),
  `ended_at` DATETIME(3),
  `channel_refund_no` VARCHAR(64) NOT NULL,
  `last_error` VARCHAR(200) NOT NULL,
  `payout_reference` VARCHAR(64) NOT NULL,
  `payout_reason` VARCHAR(200) NOT NULL,
  `payout_by_id` BIGINT);
CREATE UNIQUE INDEX `refund_part_part_no` ON `refund_part` (
  `part_no`);
CREATE INDEX `refund_part_refund_id` ON `refund_part` (
  `refund_id`);
CREATE INDEX `refund_part_next_step_at` ON `refund_part` (
  `next_step_at`);
CREATE INDEX `refund_part_payment_id_sent_at` ON `refund_part` (
  `payment_id`,
  `sent_at`);

CREATE TABLE `retired_qr_token` (
  `qr_token` VARCHAR(16) NOT NULL PRIMARY KEY,
  `connector_id` BIGINT NOT NULL,
  `retired_at` DATETIME(3) NOT NULL);
CREATE INDEX `retired_qr_token_connector_id` ON `retired_qr_token` (
  `connector_id`);

CREATE TABLE `role` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `operator_id` BIGINT NOT NULL,
  `name` VARCHAR(50) NOT NULL,
  `needs_second_factor` BOOL NOT NULL,
  `adjustment_limit_fen` BIGINT NOT NULL,
  `row_version` INTEGER NOT NULL,
  `created_at` DATETIME(3) NOT NULL);
CREATE INDEX `role_operator_id` ON `role` (
  `operator_id`);

CREATE TABLE `role_permission` (
  `role_id` BIGINT NOT NULL,
  `permission` VARCHAR(50) NOT NULL, PRIMARY KEY (`role_id`,
  `permission`));

CREATE TABLE `second_factor` (
  `staff_id` BIGINT NOT NULL PRIMARY KEY,
  `sealed_secret` VARCHAR(200) NOT NULL,
  `last_step` BIGINT NOT NULL,
  `created_at` DATETIME(3) NOT NULL,
  `confirmed_at` DATETIME(3));

CREATE TABLE `session` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `session_no` VARCHAR(32) NOT NULL,
  `operator_id` BIGINT NOT NULL,
  `station_id` BIGINT NOT NULL,
  `pile_id` BIGINT NOT NULL,
  `connector_id` BIGINT NOT NULL,
  `payer_kind` VARCHAR(24) NOT NULL,
  `driver_id` BIGINT,
  `tariff_version_id` BIGINT,
  `calendar_revision` BIGINT,
  `time_zone` VARCHAR(40) NOT NULL,
  `rated_w` INTEGER NOT NULL,
  `state` VARCHAR(24) NOT NULL,
  `failure_reason` VARCHAR(24),
  `hold_fen` BIGINT NOT NULL,
  `limit_wh` BIGINT,
  `created_at` DATETIME(3) NOT NULL,
  `starting_at` DATETIME(3),
  `started_at` DATETIME(3),
  `stopping_at` DATETIME(3),
  `ended_at` DATETIME(3),
  `settled_at` DATETIME(3),
  `stop_asked_reason` VARCHAR(24),
  `stop_reason` VARCHAR(24),
  `raw_stop_code` VARCHAR(64) NOT NULL,
  `register_start_wh` BIGINT,
  `register_end_wh` BIGINT,
  `reported_fen_e4` BIGINT,
  `record_digest` VARCHAR(32),
  `payment_id` BIGINT,
  `is_own_car` BOOL,
  `is_test` BOOL,
  `start_deadline_s` INTEGER,
  `provisional_after_s` INTEGER,
  `no_energy_after_s` INTEGER,
  `longest_session_s` INTEGER,
  `plug_claim_s` INTEGER,
  `review_release_s` INTEGER,
  `review_reason` VARCHAR(200) NOT NULL);
CREATE UNIQUE INDEX `session_session_no` ON `session` (
  `session_no`);
CREATE INDEX `session_driver_id_id` ON `session` (
  `driver_id`,
  `id`);
CREATE INDEX `session_connector_id_id` ON `session` (
  `connector_id`,
  `id`);
CREATE INDEX `session_operator_id_created_at_id_state` ON `session` (
  `operator_id`,
  `created_at`,
  `id`,
  `state`);
CREATE INDEX `session_station_id_created_at_id_state` ON `session` (
  `station_id`,
  `created_at`,
  `id`,
  `state`);
CREATE INDEX `session_state_created_at` ON `session` (
  `state`,
  `created_at`);

CREATE TABLE `session_decision` (
  `session_id` BIGINT NOT NULL,
  `number` SMALLINT NOT NULL,
  `decision` VARCHAR(24) NOT NULL,
  `register_start_wh` BIGINT,
  `register_end_wh` BIGINT,
  `energy_wh` BIGINT NOT NULL,
  `before_fen` BIGINT,
  `total_fen` BIGINT NOT NULL,
  `reason` VARCHAR(200) NOT NULL,
  `staff_id` BIGINT NOT NULL,
  `decided_at` DATETIME(3) NOT NULL, PRIMARY KEY (`session_id`,
  `number`));

CREATE TABLE `session_doubt` (
  `session_id` BIGINT NOT NULL,
  `doubt` VARCHAR(24) NOT NULL,
  `found_at` DATETIME(3) NOT NULL,
  `detail` VARCHAR(100) NOT NULL, PRIMARY KEY (`session_id`,
  `doubt`));

CREATE TABLE `session_progress` (
  `session_id` BIGINT NOT NULL PRIMARY KEY,
  `boot` BIGINT NOT NULL,
  `seq` BIGINT NOT NULL,
  `meter_at` DATETIME(3) NOT NULL,
  `register_wh` BIGINT NOT NULL,
  `energy_wh` BIGINT NOT NULL,
  `electricity_fen_e6` BIGINT NOT NULL,
  `service_fen_e6` BIGINT NOT NULL,
  `power_w` INTEGER NOT NULL,
  `voltage_mv` INTEGER NOT NULL,
  `current_ma` INTEGER NOT NULL,
  `soc_percent` SMALLINT,
  `temperature_c` SMALLINT,
  `remaining_s` INTEGER,
  `energy_grew_at` DATETIME(3) NOT NULL);

CREATE TABLE `session_record` (
  `session_id` BIGINT NOT NULL PRIMARY KEY,
  `received_at` DATETIME(3) NOT NULL,
  `started_at` DATETIME(3) NOT NULL,
  `ended_at` DATETIME(3) NOT NULL,
  `register_start_wh` BIGINT NOT NULL,
  `register_end_wh` BIGINT NOT NULL,
  `stop_reason` VARCHAR(24) NOT NULL,
  `raw_stop_code` VARCHAR(64) NOT NULL,
  `reported_fen_e4` BIGINT);

CREATE TABLE `session_segment` (
  `session_id` BIGINT NOT NULL,
  `from_at` DATETIME(3) NOT NULL,
  `to_at` DATETIME(3) NOT NULL,
  `energy_wh` BIGINT NOT NULL, PRIMARY KEY (`session_id`,
  `from_at`));

CREATE TABLE `staff` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `operator_id` BIGINT NOT NULL,
  `role_id` BIGINT,
  `account` VARCHAR(50) NOT NULL,
  `name` VARCHAR(50) NOT NULL,
  `password_hash` VARCHAR(200) NOT NULL,
  `is_enabled` BOOL NOT NULL,
  `sees_all_stations` BOOL NOT NULL,
  `failed_logins` INTEGER NOT NULL,
  `locked_until` DATETIME(3),
  `last_login_at` DATETIME(3),
  `last_login_ip` VARCHAR(45) NOT NULL,
  `must_change_password` BOOL NOT NULL,
  `deleted_at` DATETIME(3),
  `row_version` INTEGER NOT NULL,
  `created_at` DATETIME(3) NOT NULL);
CREATE INDEX `staff_operator_id` ON `staff` (
  `operator_id`);
CREATE UNIQUE INDEX `staff_account` ON `staff` (
  `account`);

CREATE TABLE `staff_station` (
  `staff_id` BIGINT NOT NULL,
  `station_id` BIGINT NOT NULL, PRIMARY KEY (`staff_id`,
  `station_id`));

CREATE TABLE `station` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `station_no` VARCHAR(32) NOT NULL,
  `operator_id` BIGINT NOT NULL,
  `name` VARCHAR(100) NOT NULL,
  `division_code` VARCHAR(6) NOT NULL,
  `city` VARCHAR(50) NOT NULL,
  `district` VARCHAR(50) NOT NULL,
  `address` VARCHAR(200) NOT NULL,
  `lat_e6` INTEGER NOT NULL,
  `lng_e6` INTEGER NOT NULL,
  `time_zone` VARCHAR(40) NOT NULL,
  `station_type` VARCHAR(24) NOT NULL,
  `construction` VARCHAR(24),
  `hours` VARCHAR(400),
  `opening_hours` VARCHAR(100) NOT NULL,
  `site_guide` VARCHAR(100) NOT NULL,
  `parking_info` VARCHAR(100) NOT NULL,
  `parking_fee` VARCHAR(200) NOT NULL,
  `parking_spaces` INTEGER,
  `suited_cars` VARCHAR(100) NOT NULL,
  `remark` VARCHAR(100) NOT NULL,
  `service_phone` VARCHAR(32) NOT NULL,
  `station_phone` VARCHAR(32) NOT NULL,
  `owner_no` VARCHAR(9) NOT NULL,
  `amenities` VARCHAR(200) NOT NULL,
  `cover` VARCHAR(64) NOT NULL,
  `tariff_id` BIGINT,
  `is_visible` BOOL NOT NULL,
  `closed_at` DATETIME(3),
  `sort_order` INTEGER NOT NULL,
  `row_version` INTEGER NOT NULL,
  `created_at` DATETIME(3) NOT NULL);
CREATE UNIQUE INDEX `station_station_no` ON `station` (
  `station_no`);
CREATE INDEX `station_operator_id` ON `station` (
  `operator_id`);
CREATE INDEX `station_tariff_id` ON `station` (
  `tariff_id`);
CREATE INDEX `station_lat_e6_lng_e6` ON `station` (
  `lat_e6`,
  `lng_e6`);
CREATE INDEX `station_sort_order_id` ON `station` (
  `sort_order`,
  `id`);

CREATE TABLE `station_fact` (
  `station_id` BIGINT NOT NULL,
  `family` VARCHAR(24) NOT NULL,
  `grain` VARCHAR(24) NOT NULL,
  `local_date` DATE NOT NULL,
  `value` VARCHAR(24) NOT NULL,
  `operator_id` BIGINT NOT NULL,
  `pile_kind` VARCHAR(24) NOT NULL,
  `orders` INTEGER NOT NULL,
  `energy_wh` BIGINT NOT NULL,
  `electricity_fen` BIGINT NOT NULL,
  `service_fen` BIGINT NOT NULL,
  `idle_fen` BIGINT NOT NULL,
  `total_fen` BIGINT NOT NULL,
  `duration_s` BIGINT NOT NULL,
  `firsts` INTEGER NOT NULL,
  `began` INTEGER NOT NULL,
  `failed` INTEGER NOT NULL, PRIMARY KEY (`station_id`,
  `family`,
  `grain`,
  `local_date`,
  `value`,
  `operator_id`,
  `pile_kind`));

CREATE TABLE `station_hour` (
  `station_id` BIGINT NOT NULL,
  `local_date` DATE NOT NULL,
  `local_hour` SMALLINT NOT NULL,
  `operator_id` BIGINT NOT NULL,
  `orders` INTEGER NOT NULL,
  `energy_wh` BIGINT NOT NULL,
  `electricity_fen` BIGINT NOT NULL,
  `service_fen` BIGINT NOT NULL,
  `total_fen` BIGINT NOT NULL,
  `duration_s` BIGINT NOT NULL, PRIMARY KEY (`station_id`,
  `local_date`,
  `local_hour`));
CREATE INDEX `station_hour_operator_id_local_date` ON `station_hour` (
  `operator_id`,
  `local_date`);
CREATE INDEX `station_hour_local_date` ON `station_hour` (
  `local_date`);

CREATE TABLE `station_photo` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `station_id` BIGINT NOT NULL,
  `place` SMALLINT NOT NULL,
  `sha256` VARCHAR(64) NOT NULL,
  `thumb_sha256` VARCHAR(64) NOT NULL,
  `file_id` BIGINT NOT NULL,
  `thumb_file_id` BIGINT NOT NULL);
CREATE INDEX `station_photo_file_id` ON `station_photo` (
  `file_id`);
CREATE INDEX `station_photo_thumb_file_id` ON `station_photo` (
  `thumb_file_id`);
CREATE UNIQUE INDEX `station_photo_station_id_place` ON `station_photo` (
  `station_id`,
  `place`);

CREATE TABLE `station_total` (
  `station_id` BIGINT NOT NULL,
  `operator_id` BIGINT NOT NULL,
  `orders` INTEGER NOT NULL,
  `energy_wh` BIGINT NOT NULL,
  `total_fen` BIGINT NOT NULL,
  `duration_s` BIGINT NOT NULL, PRIMARY KEY (`station_id`,
  `operator_id`));
CREATE INDEX `station_total_operator_id` ON `station_total` (
  `operator_id`);

CREATE TABLE `stored_file` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `sha256` VARCHAR(64) NOT NULL,
  `size_bytes` BIGINT NOT NULL,
  `media_type` VARCHAR(100) NOT NULL,
  `purpose` VARCHAR(24) NOT NULL,
  `state` VARCHAR(24) NOT NULL,
  `created_at` DATETIME(3) NOT NULL,
  `wanted_at` DATETIME(3) NOT NULL);
CREATE UNIQUE INDEX `stored_file_sha256` ON `stored_file` (
  `sha256`);
CREATE INDEX `stored_file_wanted_at` ON `stored_file` (
  `wanted_at`);

CREATE TABLE `tariff` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `tariff_no` VARCHAR(32) NOT NULL,
  `operator_id` BIGINT NOT NULL,
  `name` VARCHAR(100) NOT NULL,
  `row_version` INTEGER NOT NULL,
  `retired_at` DATETIME(3),
  `created_at` DATETIME(3) NOT NULL);
CREATE UNIQUE INDEX `tariff_tariff_no` ON `tariff` (
  `tariff_no`);
CREATE INDEX `tariff_operator_id` ON `tariff` (
  `operator_id`);

CREATE TABLE `tariff_period` (
  `tariff_version_id` BIGINT NOT NULL,
  `start_slot` SMALLINT NOT NULL,
  `end_slot` SMALLINT NOT NULL,
  `rate_band` VARCHAR(24) NOT NULL,
  `electricity_e5` BIGINT NOT NULL,
  `service_e5` BIGINT NOT NULL, PRIMARY KEY (`tariff_version_id`,
  `start_slot`));

CREATE TABLE `tariff_plan` (
  `tariff_version_id` BIGINT NOT NULL,
  `plan_no` SMALLINT NOT NULL,
  `name` VARCHAR(30) NOT NULL, PRIMARY KEY (`tariff_version_id`,
  `plan_no`));

CREATE TABLE `tariff_plan_day` (
  `tariff_version_id` BIGINT NOT NULL,
  `plan_no` SMALLINT NOT NULL,
  `month` SMALLINT NOT NULL,
  `day_kind` VARCHAR(24) NOT NULL, PRIMARY KEY (`tariff_version_id`,
  `plan_no`,
  `month`,
  `day_kind`));

CREATE TABLE `tariff_plan_period` (
  `tariff_version_id` BIGINT NOT NULL,
  `plan_no` SMALLINT NOT NULL,
  `start_slot` SMALLINT NOT NULL,
  `end_slot` SMALLINT NOT NULL,
  `rate_band` VARCHAR(24) NOT NULL,
  `electricity_e5` BIGINT NOT NULL,
  `service_e5` BIGINT NOT NULL, PRIMARY KEY (`tariff_version_id`,
  `plan_no`,
  `start_slot`));

CREATE TABLE `tariff_plan_price` (
  `tariff_version_id` BIGINT NOT NULL,
  `plan_no` SMALLINT NOT NULL,
  `rate_band` VARCHAR(24) NOT NULL,
  `electricity_e5` BIGINT NOT NULL,
  `service_e5` BIGINT NOT NULL, PRIMARY KEY (`tariff_version_id`,
  `plan_no`,
  `rate_band`));

CREATE TABLE `tariff_version` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `tariff_id` BIGINT NOT NULL,
  `version` INTEGER NOT NULL,
  `effective_from` DATETIME(3) NOT NULL,
  `published_at` DATETIME(3),
  `withdrawn_at` DATETIME(3),
  `idle_free_minutes` INTEGER,
  `idle_minute_fen` BIGINT,
  `idle_day_cap_fen` BIGINT,
  `row_version` INTEGER NOT NULL,
  `created_at` DATETIME(3) NOT NULL);
CREATE UNIQUE INDEX `tariff_version_tariff_id_version` ON `tariff_version` (
  `tariff_id`,
  `version`);
CREATE INDEX `tariff_version_tariff_id_effective_from` ON `tariff_version` (
  `tariff_id`,
  `effective_from`);

CREATE TABLE `timer` (
  `id` BIGINT AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `kind` VARCHAR(24) NOT NULL,
  `subject_no` VARCHAR(32) NOT NULL,
  `due_at` DATETIME(3) NOT NULL,
  `claimed_until` DATETIME(3),
  `attempts` INTEGER NOT NULL,
  `last_error` VARCHAR(200) NOT NULL);
CREATE UNIQUE INDEX `timer_kind_subject_no` ON `timer` (
  `kind`,
  `subject_no`);
CREATE INDEX `timer_due_at` ON `timer` (
  `due_at`);

CREATE TABLE `write_probe` (
  `id` SMALLINT NOT NULL PRIMARY KEY,
  `written_at` DATETIME(3) NOT NULL);
