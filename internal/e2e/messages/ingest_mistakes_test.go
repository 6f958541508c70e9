package messages

import (
	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
)

// ingestMistakes are those of the arguments of a log ingest and of a query.
func ingestMistakes() []mistake {
	good, collector := goodIngest(), goodCollector()
	in := func(changes acctest.Config) acctest.Config {
		return with(good, acctest.Config{"data_collector": with(collector, changes)})
	}
	stream := func(changes acctest.Config) acctest.Config {
		return with(goodUpload(), acctest.Config{"logs_ingestion": with(goodStream(), changes)})
	}
	var all []mistake
	for _, m := range []struct {
		title  string
		config acctest.Config
	}{
		{"no records", with(good, acctest.Config{"records": nil})},
		{"records twice", with(good, acctest.Config{"records_file": "records.json"})},
		{"records twice, one of them write-only", with(good, acctest.Config{"records_wo": `[{"Name":"` + canary + `"}]`})},
		{"no destination", acctest.Config{"records": `[{"Name":"web"}]`}},
		{"two destinations", with(good, acctest.Config{"logs_ingestion": goodStream()})},
		{"log type with a hyphen", in(acctest.Config{"log_type": "packet-capture"})},
		{"workspace ID is a name", in(acctest.Config{"workspace_id": "my-workspace"})},
		{"shared key is no base64", in(acctest.Config{"shared_key_wo": canary + "!"})},
		{"secondary key is no base64", in(acctest.Config{"secondary_shared_key_wo": canary + "!"})},
		{"shared key in the state", in(acctest.Config{"shared_key_wo": nil, "shared_key": workspaceKey})},
		{"secondary key in the state", in(acctest.Config{"secondary_shared_key": otherKey})},
		{"shared key twice", in(acctest.Config{"shared_key": otherKey})},
		{"Azure resource is a name", in(acctest.Config{"azure_resource_id": "web-1"})},
		{"endpoint without https", stream(acctest.Config{"endpoint": "http://here"})},
		{"rule is an ARM ID", stream(acctest.Config{"rule_id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Insights/dataCollectionRules/r"})},
		{"stream is a table", stream(acctest.Config{"stream": "PacketCapture_CL"})},
		{"null in triggers", with(good, acctest.Config{"triggers": acctest.Config{"a": nil}})},
		{"timeouts.update below zero", with(good, acctest.Config{"timeouts": acctest.Config{"update": "-1s"}})},
		{"on_change misspelt", with(good, acctest.Config{"on_change": "replace"})},
		{"on_destroy wants too much", with(good, acctest.Config{"on_destroy": "delete"})},
		{"id column with a hyphen", with(good, acctest.Config{"ingest_id_column": "Ingest-Id"})},
		{"verify without ids", with(good, acctest.Config{"verify": acctest.Config{}})},
		{"verify without a workspace", with(goodUpload(), acctest.Config{"verify": acctest.Config{}, "ingest_id_column": "IngestId"})},
		{"verify without a table", with(stream(acctest.Config{"stream": "Custom-PacketCapture"}), acctest.Config{"verify": acctest.Config{"workspace_id": workspace}, "ingest_id_column": "IngestId"})},
		{"verify.timeout is no duration", with(good, acctest.Config{"verify": acctest.Config{"timeout": "soon"}, "ingest_id_column": "IngestId"})},
		{"version without records", with(good, acctest.Config{"records_wo_version": 1})},
	} {
		all = append(all, mistake{title: ingest + ": " + m.title, call: validate(ingest, m.config)})
	}
	question := acctest.Config{"workspace_id": workspace, "query": "PacketCapture_CL | count"}
	return append(all,
		mistake{title: ingest + ": import", call: importID(ingest, "00000000-0000-0000-0000-000000000002")},
		mistake{title: query + ": timespan is a duration of Go", call: refuse(query, with(question, acctest.Config{"timespan": "1h"}))},
		mistake{title: query + ": timespan of nothing", call: refuse(query, with(question, acctest.Config{"timespan": "P"}))},
		mistake{title: query + ": workspace is a name", call: refuse(query, with(question, acctest.Config{"workspace_id": "my-workspace"}))},
		mistake{title: query + ": timeouts.read of zero", call: refuse(query, with(question, acctest.Config{"timeouts": acctest.Config{"read": "0s"}}))},
	)
}

// recordMistakes are those of records, which the plan finds.
func recordMistakes() []mistake {
	collected := func(records string, changes acctest.Config) acctest.Config {
		config := with(goodIngest(), acctest.Config{"records": records})
		return with(config, acctest.Config{"data_collector": with(goodCollector(), changes)})
	}
	uploaded := func(records string) acctest.Config { return with(goodUpload(), acctest.Config{"records": records}) }
	at := acctest.Config{"time_generated_field": "At"}
	var all []mistake
	for _, m := range []struct {
		title  string
		config acctest.Config
	}{
		{"the API is retired", goodIngest()},
		{"records are no JSON", collected("Name: web", nil)},
		{"records hold a number", collected("[1]", nil)},
		{"no record in the list", collected("[]", nil)},
		{"the second line is cut off", collected("{\"a\":1}\n{\"b\":tru}\n", nil)},
		{"reserved property", collected(`{"tenant":"x"}`, nil)},
		{"property with a space", collected(`{"a b":"x"}`, nil)},
		{"property of the id column", with(collected(`{"IngestId":1}`, nil), acctest.Config{"ingest_id_column": "IngestId"})},
		{"table that ends in _CL", collected(`{"a":1}`, acctest.Config{"log_type": "Foo_CL"})},
		{"nested object", collected(`{"StartDate":{"value":"x"}}`, nil)},
		{"array", collected(`{"a":[1,2]}`, nil)},
		{"integer of 16 digits", collected(`{"a":9007199254740993}`, nil)},
		{"number outside of double", collected(`{"a":1e400}`, nil)},
		{"text like a date", collected(`{"a":"2026-11-20T10:00:00Z"}`, nil)},
		{"text like a GUID", collected(`{"a":"57920d1f-eee5-2731-3658-340bb1ab101a"}`, nil)},
		{"text like a GUID without dashes", collected(`{"md5":"57920d1feee527313658340bb1ab101a"}`, nil)},
		{"names that differ by case", collected(`[{"Name":"a"},{"name":"b"}]`, nil)},
		{"one name twice", collected(`{"a":1,"a":2}`, nil)},
		{"time field is missing", collected(`{"a":1}`, at)},
		{"time field is no time", collected(`{"At":"yesterday"}`, at)},
		{"time field is an epoch", collected(`{"At":1700000000}`, at)},
		{"time field is three years old", collected(`{"At":"2023-11-20T10:00:00Z"}`, at)},
		{"logs_ingestion: TimeGenerated is years old", uploaded(`{"TimeGenerated":"2023-11-20T10:00:00Z"}`)},
		{"logs_ingestion: TimeGenerated is no ISO 8601", uploaded(`{"TimeGenerated":"01/11/2026 10:00"}`)},
		{"logs_ingestion: TimeGenerated is an epoch", uploaded(`{"TimeGenerated":1700000000}`)},
		{"logs_ingestion: text in a column of numbers", uploaded(`[{"Packets":1},{"Packets":"many"}]`)},
		{"logs_ingestion: boolean in a column of numbers", uploaded(`[{"Packets":1},{"Packets":true}]`)},
		{"logs_ingestion: three types", uploaded(`[{"Packets":1},{"Packets":"many"},{"Packets":{"a":1}}]`)},
		{"logs_ingestion: number outside of double", uploaded(`{"a":1e400}`)},
		{"logs_ingestion: integer of 17 digits among fractions", uploaded(`[{"a":1.5},{"a":90071992547409931}]`)},
		{"logs_ingestion: reserved property", uploaded(`{"Type":"x"}`)},
		{"logs_ingestion: ids that nobody can look for", with(goodUpload(), acctest.Config{"ingest_id_column": "IngestId"})},
		{"the records file does not exist", with(goodIngest(), acctest.Config{"records": nil, "records_file": "/nowhere/records.json"})},
		{"the records file is a folder", with(goodIngest(), acctest.Config{"records": nil, "records_file": "/"})},
	} {
		all = append(all, mistake{title: ingest + ": " + m.title, call: plan(ingest, m.config)})
	}
	return append(all, mistake{
		title:       ingest + ": no key anywhere",
		environment: map[string]string{"AZURE_LOG_ANALYTICS_SHARED_KEY": ""},
		call:        plan(ingest, with(goodIngest(), acctest.Config{"data_collector": with(goodCollector(), acctest.Config{"shared_key_wo": nil, "secondary_shared_key_wo": canaryKey})})),
	}, mistake{
		title: ingest + ": action without a key", environment: map[string]string{"AZURE_LOG_ANALYTICS_SHARED_KEY": ""},
		call: invoke(ingest, acctest.Config{"data_collector": acctest.Config{"workspace_id": workspace, "log_type": "PacketCapture"}, "records": `[{"Name":"web"}]`}),
	})
}
