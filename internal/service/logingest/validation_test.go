package logingest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

// TestBadInputIsRefusedAtPlan has every rule, with the attribute at fault and
// the words that tell the way out.
func TestBadInputIsRefusedAtPlan(t *testing.T) {
	t.Parallel()
	cloud, p := start(t)
	collector := func(name string, value any) acctest.Config {
		return collect(cloud, acctest.Config{"data_collector": acctest.Config{name: value}})
	}
	ingestion := func(name string, value any) acctest.Config {
		return ingest(cloud, acctest.Config{"logs_ingestion": acctest.Config{name: value}})
	}
	given := func(text string) acctest.Config { return collect(cloud, acctest.Config{"records": text}) }
	at := func(field any) acctest.Config {
		config := collector("time_generated_field", "At")
		config["records"] = fmt.Sprintf(`[{"At":%q},{"At":%q}]`, time.Now().UTC().Format(time.RFC3339), field)
		return config
	}
	for name, test := range map[string]struct {
		config acctest.Config
		want   []string
	}{
		"no destination":       {collect(cloud, acctest.Config{"data_collector": nil}), []string{"data_collector", "logs_ingestion"}},
		"two destinations":     {acctest.Merged(collect(cloud, nil), ingest(cloud, nil)), []string{"data_collector", "logs_ingestion"}},
		"no records attribute": {collect(cloud, acctest.Config{"records": nil}), []string{"records", "records_file", "records_wo"}},
		"two sources":          {collect(cloud, acctest.Config{"records_file": "x"}), []string{"records", "records_file", "records_wo"}},
		"workspace":            {collector("workspace_id", "my-workspace"), []string{"workspace_id", "not a GUID", "overview"}},
		"log type":             {collector("log_type", "Packet-Capture"), []string{"log_type", `contains '-'`, "letters, digits and underscores"}},
		"long log type":        {collector("log_type", strings.Repeat("a", 101)), []string{"log_type", "101 characters", "at most 100"}},
		"Azure resource":       {collector("azure_resource_id", "web"), []string{"azure_resource_id", "/subscriptions/"}},
		"two keys":             {collector("shared_key", sharedKey(cloud)), []string{"shared_key"}},
		"endpoint":             {ingestion("endpoint", "http://here"), []string{"endpoint", "https://name.region.ingest.monitor.azure.com"}},
		"rule":                 {ingestion("rule_id", "/subscriptions/s/dataCollectionRules/r"), []string{"rule_id", "immutableId", "dcr-"}},
		"stream":               {ingestion("stream", "PacketCapture_CL"), []string{"stream", "Custom-", "Microsoft-"}},
		"on_change":            {collect(cloud, acctest.Config{"on_change": "replace"}), []string{"on_change", "append", "resend"}},
		"on_destroy":           {collect(cloud, acctest.Config{"on_destroy": "delete"}), []string{"on_destroy", "forget"}},
		"version alone":        {collect(cloud, acctest.Config{"records_wo_version": 1}), []string{"records_wo_version", "Give records_wo too"}},
		"id column":            {collect(cloud, acctest.Config{"ingest_id_column": "Ingest-Id"}), []string{"ingest_id_column", "letters, digits and underscores"}},
		"verify without ids":   {collect(cloud, acctest.Config{"verify": acctest.Config{}}), []string{"ingest_id_column", "Verification needs ids"}},
		"verify where":         {ingest(cloud, acctest.Config{"verify": acctest.Config{}, "ingest_id_column": "IngestId"}), []string{"workspace_id", "that the rule sends to"}},
		"verify which table": {acctest.Merged(ingestion("table_name", nil), acctest.Config{"verify": acctest.Config{"workspace_id": workspace(cloud)}, "ingest_id_column": "IngestId"}),
			[]string{"table_name", "Set table_name"}},
		"verify timeout": {collect(cloud, acctest.Config{"verify": acctest.Config{"timeout": "soon"}, "ingest_id_column": "IngestId"}), []string{"timeout", "15m"}},

		"invalid JSON":         {given("{\"a\":1}\n{\"b\":tru}\n"), []string{"records", "record 1 (line 2, column", "invalid JSON"}},
		"JSON of another kind": {given(`[1,2]`), []string{"record 0 (line 1, column 2)", "must be a JSON object"}},
		"empty text":           {given(""), []string{"records", "no records to send"}},
		"empty array":          {given("[]"), []string{"records", "no records to send"}},
		"long name":            {given(`[{"ok":1},{"` + strings.Repeat("n", 44) + `":1}]`), []string{"record 1", strings.Repeat("n", 44), "at most 45"}},
		"reserved name":        {given(`{"tenant":"x"}`), []string{"record 0", `field "tenant"`, "reserved by the service"}},
		"bad name":             {given(`{"a b":"x"}`), []string{"record 0", `field "a b"`, "letters, digits and underscores"}},
		"name of the ids":      {collect(cloud, acctest.Config{"records": `{"IngestId":1}`, "ingest_id_column": "IngestId"}), []string{"record 0", `field "IngestId"`, "choose another column"}},
		"reserved in LI":       {ingest(cloud, acctest.Config{"records": `{"Type":"x"}`}), []string{"record 0", `field "Type"`, "reserved"}},
		"time missing":         {collector("time_generated_field", "At"), []string{"record 0", `field "At"`, "lacks the time_generated_field"}},
		"time unreadable":      {at("yesterday"), []string{"record 1", `field "At"`, `"yesterday" is not a time in ISO 8601`}},
		"time too old":         {at(time.Now().UTC().Add(-49 * time.Hour).Format(time.RFC3339)), []string{"record 1", `field "At"`, "more than 2 days ago"}},
		"time ahead":           {at(time.Now().UTC().Add(25 * time.Hour).Format(time.RFC3339)), []string{"record 1", `field "At"`, "more than a day ahead"}},
		"many properties": {ingest(cloud, acctest.Config{"records": wide(501)}),
			[]string{"records", "501 different properties", "at most 500 columns"}},
		"record too large": {collect(cloud, acctest.Config{"records": nil, "records_file": writeFile(t, `{"a":"`+strings.Repeat("x", 30_000_001)+`"}`)}), []string{"record 0", "larger than the largest request", "shorten or split"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			diagnostics := p.Validate(t.Context(), typeName, test.config)
			if len(diagnostics.Errors()) == 0 {
				_, diagnostics = p.Plan(t.Context(), typeName, nil, test.config)
			}
			found := diagnostics.Errors()
			if len(found) == 0 {
				t.Fatal("it was accepted")
			}
			simtest.Says(t, strings.Join(found, "\n"), test.want...)
		})
	}
	if calls := cloud.Journal.Requests(); len(calls) > 0 {
		t.Errorf("planning made calls: %v", calls)
	}
}

// wide returns a record with that many properties.
func wide(properties int) string {
	members := make([]string, 0, properties)
	for i := range properties {
		members = append(members, fmt.Sprintf(`"P%d":%d`, i, i))
	}
	return "{" + strings.Join(members, ",") + "}"
}

func TestWhatTheServiceWouldChangeIsWarnedAbout(t *testing.T) {
	t.Parallel()
	cloud, p := start(t)
	for name, test := range map[string]struct {
		config acctest.Config
		want   []string
	}{
		"retired":      {collect(cloud, nil), []string{"data_collector", "retired", "2026-09-14", "kind Direct", "logs_ingestion", "migrat"}},
		"_CL twice":    {collect(cloud, acctest.Config{"data_collector": acctest.Config{"log_type": "Foo_CL"}}), []string{"Foo_CL_CL"}},
		"nested":       {collect(cloud, acctest.Config{"records": `{"a":{"b":1}}`}), []string{"record 0", `field "a"`, "flattens it", "a_"}},
		"declared":     {ingest(cloud, acctest.Config{"records": `[{"a":1},{"a":"many"},{"TimeGenerated":"01/11/2026 10:00"}]`}), []string{"record 1", `field "a"`, "record 2", `field "TimeGenerated"`, "not a time"}},
		"long value":   {collect(cloud, acctest.Config{"records": `{"a":"` + strings.Repeat("x", 33_000) + `"}`}), []string{"record 0", `field "a"`, "cuts values at 32768"}},
		"like a GUID":  {collect(cloud, acctest.Config{"records": `{"md5":"0123456789abcdef0123456789abcdef"}`}), []string{"record 0", `field "md5"`, "puts dashes into it", "md5_g"}},
		"like a date":  {collect(cloud, acctest.Config{"records": `{"a":"2026-11-20T10:00:00Z"}`}), []string{"record 0", `field "a"`, "a_t"}},
		"many columns": {collect(cloud, acctest.Config{"records": wide(501)}), []string{"500 columns", "AdditionalFields"}},
		"key in state": {collect(cloud, acctest.Config{"data_collector": acctest.Config{"shared_key_wo": nil, "shared_key": sharedKey(cloud)}}), []string{"shared_key_wo"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			validated := p.Validate(t.Context(), typeName, test.config)
			_, planned := p.Plan(t.Context(), typeName, nil, test.config)
			all := slices.Concat(validated, planned)
			p.Expect(all)
			acctest.ExpectText(t, all.Warnings(), test.want...)
		})
	}
	t.Run("nothing", func(t *testing.T) {
		t.Parallel()
		_, planned := p.Plan(t.Context(), typeName, nil, ingest(cloud, nil))
		if warnings := planned.Warnings(); len(warnings) > 0 {
			t.Errorf("warned: %v", warnings)
		}
	})
}

func TestManyIssuesAreCounted(t *testing.T) {
	t.Parallel()
	cloud, p := start(t)
	_, diagnostics := p.Plan(t.Context(), typeName, nil, collect(cloud, acctest.Config{
		"data_collector": acctest.Config{"time_generated_field": "At"}, "records": records(0, 1000),
	}))
	acctest.ExpectError(t, diagnostics, "record 0 ", "record 19 ", "and 980 more.")
}

// TestTimespanIsCheckedAtPlan has a timespan that the service refuses.
func TestTimespanIsCheckedAtPlan(t *testing.T) {
	t.Parallel()
	cloud, p := start(t)
	_, diagnostics := p.ReadData(t.Context(), "cloudtap_azure_log_query", acctest.Config{"workspace_id": workspace(cloud), "query": "T_CL | count", "timespan": "1h"})
	acctest.ExpectError(t, diagnostics, "timespan", "PT1H")
}

func TestNullTriggersAreRefusedAtPlan(t *testing.T) {
	t.Parallel()
	cloud, p := start(t)
	diagnostics := p.Validate(t.Context(), typeName, collect(cloud, acctest.Config{"triggers": acctest.Config{"a": nil}}))
	acctest.ExpectError(t, diagnostics, "triggers", "null")
}

// TestTheActionAsksForKeysInTheEnvironment has the one place that an action
// takes keys from.
func TestTheActionAsksForKeysInTheEnvironment(t *testing.T) {
	t.Parallel()
	cloud, p := start(t)
	_, diagnostics := p.Invoke(t.Context(), typeName, acctest.Config{
		"data_collector": acctest.Config{"workspace_id": workspace(cloud), "log_type": "T"}, "records": `{"a":1}`,
	})
	acctest.ExpectError(t, diagnostics, "Shared key is missing", "AZURE_LOG_ANALYTICS_SHARED_KEY", "An action takes no key")
	if found := strings.Join(diagnostics.Errors(), ""); strings.Contains(found, "shared_key_wo") {
		t.Errorf("an argument is named that an action has not: %s", found)
	}
}
