// Package loganalytics speaks to Azure Monitor Logs: to the two APIs that take
// records, and to the one that reads them back.
//
// The HTTP Data Collector API, which Microsoft retired on 2026-09-14, and its
// successor, the Logs Ingestion API, take one request's body at a time. A record
// comes here from a file by way of the packages below: records reads it, columns
// says what the service makes of it, and ingest puts it into a request.
package loganalytics

import (
	"io"
	"time"
)

// API is one of the services that this package speaks to.
type API int

// The two APIs that ingest records, and the one that reads them.
const (
	// DataCollector is the HTTP Data Collector API
	// (POST /api/logs?api-version=2016-04-01).
	DataCollector API = iota
	// LogsIngestion is the Logs Ingestion API
	// (POST /dataCollectionRules/{id}/streams/{stream}?api-version=2023-01-01).
	LogsIngestion
	// LogQuery is the Log Analytics query API (POST /v1/workspaces/{id}/query).
	LogQuery
)

// String returns the vendor's name of the API.
func (a API) String() string {
	switch a {
	case LogsIngestion:
		return "Logs Ingestion API"
	case LogQuery:
		return "Log Analytics query API"
	case DataCollector:
	}
	return "HTTP Data Collector API"
}

// DataCollectorRetirement is the day from which the HTTP Data Collector API
// is "no longer functional", in Microsoft's words.
var DataCollectorRetirement = time.Date(2026, time.September, 14, 0, 0, 0, 0, time.UTC)

// RetirementAdvice is the way out of the retired API, without a full stop.
const RetirementAdvice = "Microsoft retired the HTTP Data Collector API on 2026-09-14. Its successor is the Logs Ingestion API: " +
	"create a data collection rule (kind Direct) for the table and use logs_ingestion instead of data_collector; " +
	"a classic table is kept by migrating it (POST .../tables/{name}/migrate)"

// Limits are what one API accepts. Sources: "HTTP Data Collector API", "Logs
// Ingestion API limits" and "Azure Monitor service limits" on
// learn.microsoft.com.
type Limits struct {
	// RawBytes bounds a batch before compression, brackets included.
	RawBytes int
	// WireBytes bounds the body as it is sent; 0 means RawBytes.
	WireBytes int
	// FieldBytes is where the service cuts a value.
	FieldBytes int
	// Columns is how many columns a table has at most.
	Columns int
	// NameLength is how many characters a column name has at most.
	NameLength int
	// Reserved are names that a record must not use.
	Reserved []string
	// Oldest and Newest bound an accepted TimeGenerated, from now.
	Oldest, Newest time.Duration
}

const (
	// maxPostBytes is the largest body that the Data Collector API is known
	// to take: the documented 30 MB are decimal, and posts of exactly
	// 30,000,000 bytes were reported as cut off.
	maxPostBytes = 30_000_000 - 1
	// maxWireBytes is what the Logs Ingestion API's 413 answer names.
	maxWireBytes = 1_048_576
	// maxRawBytes is the size above which the Logs Ingestion API accepts a
	// compressed body and then loses it.
	maxRawBytes = 50 << 20
)

// Limits returns what the API accepts.
func (a API) Limits() Limits {
	shared := Limits{Columns: 500, NameLength: 45, Oldest: 48 * time.Hour, Newest: 24 * time.Hour}
	if a == LogsIngestion {
		shared.RawBytes, shared.WireBytes, shared.FieldBytes = maxRawBytes, maxWireBytes, 64<<10
		shared.Reserved = []string{"_ResourceId", "id", "_SubscriptionId", "TenantId", "Type", "UniqueId", "Title"}
		return shared
	}
	shared.RawBytes, shared.FieldBytes = maxPostBytes, 32<<10
	shared.Reserved = []string{"tenant", "TimeGenerated", "RawData"}
	return shared
}

// Body is the body of a request that takes records.
type Body struct {
	// Open returns the body from its start.
	Open func() io.Reader
	// Bytes is how many bytes Open's reader has.
	Bytes int
	// Encoded is the whole body if it is in memory as one piece, compressed with
	// gzip; otherwise nil.
	Encoded []byte
}
