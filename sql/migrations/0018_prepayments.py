"""Money paid for one session alone, and guests who pay it without a log-in.

`session.payment_id`: what pays for it; NULL, for what is there and for what an older program starts, means the wallet.
`payment.payer_key`: who paid, as the channel says. `payment.rest_due_at`: when what is left of a prepaid session goes
back without the pile's final record; a column and no timer, for an older program stops at a kind of timer it does not
know. `charge_order.written_off_fen`: what a bill asks beyond what was prepaid, 0 for all there is. `driver.is_guest`:
known by a link's token alone; NULL means no guest.
"""


def up(migrator, db):
    big = "INTEGER" if db.param == "?" else "BIGINT"  # SQLite's name for both
    flag = "INTEGER" if db.param == "?" else "BOOL"
    db.execute_sql(f"ALTER TABLE session ADD COLUMN payment_id {big} NULL")
    db.execute_sql("ALTER TABLE payment ADD COLUMN payer_key VARCHAR(128) NULL")
    db.execute_sql("ALTER TABLE payment ADD COLUMN rest_due_at DATETIME(3) NULL")
    db.execute_sql("CREATE INDEX payment_rest_due_at ON payment (rest_due_at)")
    # with its default in the database, so that an older program can still insert
    db.execute_sql(f"ALTER TABLE charge_order ADD COLUMN written_off_fen {big} NOT NULL DEFAULT 0")
    db.execute_sql(f"ALTER TABLE driver ADD COLUMN is_guest {flag} NULL")
