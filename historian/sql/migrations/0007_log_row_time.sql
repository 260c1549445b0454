-- The rows of a span of time, for whoever reads the log by the clock (OPC UA event history).
CREATE INDEX log_row_server_time ON interlock.log_row (server_time, position);
