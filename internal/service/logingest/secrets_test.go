package logingest_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// canary is a value of secret records.
const canary = "canary-7f3a9c"

func secretRecords(names ...string) string {
	var text strings.Builder
	for _, name := range names {
		fmt.Fprintf(&text, `{"Name":"%s %s","Secret":"%s"}`+"\n", name, canary, canary)
	}
	return text.String()
}

// TestWriteOnlyRecordsFollowTheirVersion also looks for the secrets in all
// that the provider gives back.
func TestWriteOnlyRecordsFollowTheirVersion(t *testing.T) {
	t.Parallel()
	cloud, p := start(t)
	with := func(version int, names ...string) acctest.Config {
		return collect(cloud, acctest.Config{"records": nil, "records_wo": secretRecords(names...), "records_wo_version": version})
	}
	plan := p.ExpectAction(t, typeName, nil, with(1, "a", "b"), "create")
	acctest.ExpectAttributes(t, plan.Value, "record_count", "(unknown)", "content_hash", "(unknown)", "columns", acctest.Null)
	object := mustApply(t, p, nil, with(1, "a", "b"))
	acctest.ExpectAttributes(t, object.Value, "record_count", "2", "batch_count", "1", "status", "complete", "records_wo", acctest.Null, "columns", acctest.Null)
	if len(acctest.Get(t, object.Value, "content_hash")) != 64 {
		t.Error("the state has no hash")
	}
	p.ExpectAction(t, typeName, object, with(1, "a", "b", "c"), "no-op")
	object = mustApply(t, p, object, with(2, "a", "b", "c"))
	acctest.ExpectAttributes(t, object.Value, "record_count", "3")
	expectRows(t, cloud, collectorTable, 3)
	expectNoSecret(t, sharedKey(cloud), plan.Value.String(), object.Value.String(), string(object.Private))
	// Open records instead are compared with what was sent.
	object = mustApply(t, p, object, collect(cloud, acctest.Config{"records": records(0, 1)}))
	acctest.ExpectAttributes(t, object.Value, "record_count", "1", "status", "complete")
	expectRows(t, cloud, collectorTable, 4)
}

func TestPartialWriteOnlyRecordsAreCompleted(t *testing.T) {
	t.Parallel()
	cloud, p := start(t)
	config := ingest(cloud, acctest.Config{"records": nil, "records_wo": noise(2), "records_wo_version": 1})
	acctest.AddFault(t, cloud, "logs_ingestion", simcore.Fault{Kind: simcore.KindStatus, Code: 400, Skip: 1})
	object, diagnostics := apply(t, p, nil, config)
	p.Expect(diagnostics)
	acctest.ExpectAttributes(t, object.Value, "status", "partial", "record_count", "2")
	object = mustApply(t, p, object, config)
	acctest.ExpectAttributes(t, object.Value, "status", "complete")
	expectRows(t, cloud, ingestionTable, 2)
	p.ExpectAction(t, typeName, object, config, "no-op")
}

func expectNoSecret(t *testing.T, key string, texts ...string) {
	t.Helper()
	for i, text := range texts {
		for _, secret := range []string{canary, key, wrongKey} {
			if strings.Contains(text, secret) {
				t.Errorf("text %d of %d holds a secret: %s", i+1, len(texts), strings.ReplaceAll(text, secret, "<SECRET>"))
			}
		}
	}
}

// TestNoDiagnosticShowsASecret makes every kind of thing go wrong with secret
// keys and records.
func TestNoDiagnosticShowsASecret(t *testing.T) {
	t.Parallel()
	cloud, p := start(t)
	secret := func(text string) acctest.Config {
		return collect(cloud, acctest.Config{"records": nil, "records_wo": text, "records_wo_version": 1})
	}
	key := func(attribute, value string) acctest.Config {
		return collect(cloud, acctest.Config{"data_collector": acctest.Config{"shared_key_wo": nil, attribute: value}, "records": nil, "records_wo": secretRecords("a")})
	}
	acctest.AddFault(t, cloud, "data_collector", simcore.Fault{Kind: simcore.KindStatus, Code: 400, Times: -1, Body: json.RawMessage(`{"Error":"InvalidDataFormat"}`)})
	for name, config := range map[string]acctest.Config{
		"refused":         secret(secretRecords("a")),
		"invalid JSON":    secret(`{"a":"` + canary + `"} ` + canary),
		"cut off":         secret(`{"a":"` + canary),
		"reserved name":   secret(`{"tenant":"` + canary + `"}`),
		"guid-like":       secret(`{"a":"0123456789abcdef0123456789abcdef","b":"` + canary + `"}`),
		"date-like":       secret(`{"a":"2026-11-20T10:00:00Z","b":"` + canary + `"}`),
		"bad time":        acctest.Merged(secret(`{"At":"`+canary+`"}`), acctest.Config{"data_collector": acctest.Config{"time_generated_field": "At"}}),
		"wrong key":       key("shared_key", wrongKey),
		"wrong wo key":    key("shared_key_wo", wrongKey),
		"key not base64":  key("shared_key_wo", canary+"!"),
		"other not valid": key("secondary_shared_key", canary+"!"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := p.Validate(t.Context(), typeName, config)
			if len(all.Errors()) == 0 {
				_, more := apply(t, p, nil, config)
				all = append(all, more...)
			}
			if len(all.Errors()) == 0 {
				t.Fatal("nothing went wrong")
			}
			expectNoSecret(t, sharedKey(cloud), append(all.Errors(), all.Warnings()...)...)
			if strings.Contains(strings.Join(all.Warnings(), ""), "0123456789abcdef") {
				t.Errorf("a value is shown: %s", all.Warnings())
			}
		})
	}
}
