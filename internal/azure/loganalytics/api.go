// Package loganalytics sends records to Azure Monitor Logs and reads them
// back.
//
// Two APIs take records: the HTTP Data Collector API, which Microsoft retired
// on 2026-09-14, and its successor, the Logs Ingestion API. Both are reached
// through Send with one set of semantics. Neither API knows an idempotency
// key, so an answer that was lost is told apart from one that never could
// have been given, and nothing is sent twice without saying so.
package loganalytics

import "time"

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

// retirementAdvice is the way out of the retired API.
const retirementAdvice = "Microsoft retired the HTTP Data Collector API on 2026-09-14. Its successor is the Logs Ingestion API: " +
	"create a data collection rule (kind Direct) for the table and use logs_ingestion instead of data_collector; " +
	"a classic table is kept by migrating it (POST .../tables/{name}/migrate)"

// limits are what one API accepts. Sources: "HTTP Data Collector API", "Logs
// Ingestion API limits" and "Azure Monitor service limits" on
// learn.microsoft.com.
type limits struct {
	// rawBytes bounds a batch before compression, brackets included.
	rawBytes int
	// wireBytes bounds the body as it is sent; 0 means rawBytes.
	wireBytes int
	// fieldBytes is where the service cuts a value.
	fieldBytes int
	// columns is how many columns a table has at most.
	columns int
	// nameLength is how many characters a column name has at most.
	nameLength int
	// reserved are names that a record must not use.
	reserved []string
	// oldest and newest bound an accepted TimeGenerated, from now.
	oldest, newest time.Duration
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

func (a API) limits() limits {
	shared := limits{columns: 500, nameLength: 45, oldest: 48 * time.Hour, newest: 24 * time.Hour}
	if a == LogsIngestion {
		shared.rawBytes, shared.wireBytes, shared.fieldBytes = maxRawBytes, maxWireBytes, 64<<10
		shared.reserved = []string{"_ResourceId", "id", "_SubscriptionId", "TenantId", "Type", "UniqueId", "Title"}
		return shared
	}
	shared.rawBytes, shared.fieldBytes = maxPostBytes, 32<<10
	shared.reserved = []string{"tenant", "TimeGenerated", "RawData"}
	return shared
}
