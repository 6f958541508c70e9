package loganalytics_test

import (
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/columns"
)

func TestSettingsAreChecked(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		check       func(string) error
		good, bad   []string
		mustMention string
	}{
		"log type":     {loganalytics.CheckLogType, []string{"A", "packet_capture_2", strings.Repeat("a", 100)}, []string{"", "a-b", "é", strings.Repeat("a", 101)}, "log type"},
		"workspace id": {loganalytics.CheckWorkspaceID, []string{workspaceID, strings.ToUpper(workspaceID)}, []string{"", "ws", "{" + workspaceID + "}", strings.ReplaceAll(workspaceID, "-", "")}, "GUID"},
		"property":     {columns.CheckPropertyName, []string{"IngestId", "a_1"}, []string{"", "a-b", "_a", "1a", "TenantId", strings.Repeat("a", 46)}, "name"},
		"endpoint": {loganalytics.CheckIngestionEndpoint, []string{"https://x.ingest.monitor.azure.com", "https://127.0.0.1:1/"},
			[]string{"", "x.ingest.monitor.azure.com", "http://x", "https://x/dataCollectionRules", "https://u@x", "https://x?a=b"}, "https://"},
		"timespan": {loganalytics.CheckTimespan,
			[]string{"PT1H", "P7D", "PT1.5H", "PT7200.0S", "P1DT2H", "2026-11-01T00:00:00Z/P1D", "P1D/2026-11-01T00:00:00Z", "2026-11-01T00:00:00Z/2026-11-02T00:00:00.5Z", "2026-11-01/2026-11-02"},
			[]string{"", "1h", "P", "PT", "P1DT", "PT1", "7D", "P1D/P1D", "yesterday/P1D", "2026-11-01T00:00:00Z", "2026-11-01T00:00:00Z/", "/P1D", "pt1h"}, "ISO 8601"},
		"rule":   {loganalytics.CheckRuleID, []string{"dcr-0123456789abcdef0123456789ABCDEF"}, []string{"", "dcr-1", "/subscriptions/s/dataCollectionRules/r"}, "dcr-"},
		"stream": {loganalytics.CheckStream, []string{"Custom-A", "Microsoft-Syslog"}, []string{"", "A", "Custom", "Custom-", "custom-A"}, "Custom-"},
	} {
		for _, value := range test.good {
			if err := test.check(value); err != nil {
				t.Errorf("%s %q: %v", name, value, err)
			}
		}
		for _, value := range test.bad {
			if err := test.check(value); err == nil || !strings.Contains(err.Error(), test.mustMention) {
				t.Errorf("%s %q: %v", name, value, err)
			}
		}
	}
}

func TestStreamTable(t *testing.T) {
	t.Parallel()
	for stream, want := range map[string]string{
		"Custom-PacketCapture_CL": "PacketCapture_CL", "Custom-PacketCapture": "", "Microsoft-Syslog": "Syslog", "Other": "",
	} {
		if got := loganalytics.StreamTable(stream); got != want {
			t.Errorf("%s: %q, want %q", stream, got, want)
		}
	}
}

func TestTableName(t *testing.T) {
	t.Parallel()
	for logType, want := range map[string]string{"MyType": "MyType_CL", "MyType_CL": "MyType_CL_CL"} {
		if got := loganalytics.TableName(logType); got != want {
			t.Errorf("%s: %s, want %s", logType, got, want)
		}
	}
}
