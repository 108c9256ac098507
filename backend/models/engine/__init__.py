"""The one door to the database, apart from the tables: connecting, transactions, columns, statements, migrations."""
