package logingest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logquery"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/provider"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// noStatuses and noBodies are answers of everybody but the services.
var (
	noStatuses = []int{200, 201, 202, 204, 206, 302, 400, 401, 403, 404, 407, 409, 410, 413, 429, 500, 503}
	noBodies   = []string{
		`"<html><body>log in</body></html>"`, `{"html":"x"}`, `{}`, `"null"`, `[]`, `7`, `""`, `{"Error":"InvalidLogType","Message":null}`, `{"error":{}}`,
		`{"error":{"code":"PartialError","message":"Not all of it."}}`, `{"tables":null}`, `{"tables":[]}`, `{"tables":[{}]}`,
		`{"tables":[{"name":"PrimaryResult","columns":[{"name":"a","type":"string"},{"name":"b","type":"long"}],"rows":[["x"]]}]}`,
		`"{\"tables\":[{\"name\":\"Prim"`,
	}
)

// answered is a service's true answer that is among the others.
func answered(service string, status int, body string) bool {
	switch service {
	case "data_collector":
		return status == http.StatusOK && body == `""`
	default: // An upload that was accepted; a workspace without data.
		return status == http.StatusNoContent
	}
}

// hostileReader is something that calls a service.
type hostileReader struct {
	service string
	// config is the nth configuration, of records that no other has.
	config func(cloud *cloudsim.Cloud, n int) acctest.Config
	table  string
	// grows is set if the first of the records were sent before.
	grows bool
	// lost is set if the answer to the records is lost before.
	lost bool
	// again is how often all records go out if nothing is known of the past:
	// an action keeps no state.
	action, query bool
}

func hostileReaders() map[string]hostileReader {
	all := map[string]hostileReader{
		"query": {service: logquery.Name, query: true, config: func(cloud *cloudsim.Cloud, _ int) acctest.Config {
			return acctest.Config{"workspace_id": workspace(cloud), "query": "Nothing_CL | count"}
		}},
	}
	for name, api := range apis {
		config := func(changes acctest.Config) func(*cloudsim.Cloud, int) acctest.Config {
			return func(cloud *cloudsim.Cloud, n int) acctest.Config {
				config := api.config(cloud, acctest.Config{"records": records(10*n, 3), "triggers": acctest.Config{"n": strconv.Itoa(n)}})
				if _, verifies := changes["verify"]; verifies {
					config["verify"] = acctest.Config{"workspace_id": workspace(cloud), "timeout": "1s"}
				}
				if _, ids := changes["ingest_id_column"]; ids {
					config["ingest_id_column"] = "IngestId"
				}
				return config
			}
		}
		ids, verify := acctest.Config{"ingest_id_column": true}, acctest.Config{"ingest_id_column": true, "verify": true}
		all[name+"/create"] = hostileReader{service: api.service, table: api.table, config: config(nil)}
		all[name+"/create with ids"] = hostileReader{service: api.service, table: api.table, config: config(ids)}
		all[name+"/create with verify"] = hostileReader{service: api.service, table: api.table, config: config(verify)}
		all[name+"/update"] = hostileReader{service: api.service, table: api.table, config: config(nil), grows: true}
		all[name+"/update with verify"] = hostileReader{service: api.service, table: api.table, config: config(verify), grows: true}
		all[name+"/verify a create"] = hostileReader{service: logquery.Name, table: api.table, config: config(verify)}
		all[name+"/verify an update"] = hostileReader{service: logquery.Name, table: api.table, config: config(verify), grows: true}
		all[name+"/ask after a lost answer"] = hostileReader{service: logquery.Name, table: api.table, config: config(verify), lost: true}
		all[name+"/action"] = hostileReader{service: api.service, table: api.table, config: actionOf(config(nil)), action: true}
		all[name+"/verify an action"] = hostileReader{service: logquery.Name, table: api.table, config: actionOf(config(verify)), action: true}
	}
	return all
}

// actionOf leaves out what an action has not.
func actionOf(config func(*cloudsim.Cloud, int) acctest.Config) func(*cloudsim.Cloud, int) acctest.Config {
	return func(cloud *cloudsim.Cloud, n int) acctest.Config {
		config := acctest.Changed(config(cloud, n), acctest.Config{"triggers": nil})
		if collector, ok := config["data_collector"].(acctest.Config); ok {
			config["data_collector"] = acctest.Changed(collector, acctest.Config{"shared_key_wo": nil, "shared_key_wo_version": nil})
		}
		return config
	}
}

const (
	// shares is how many readers share the pairs of status and body.
	shares = 4
	// fewThrottled is with how many bodies 429 is tried, which takes time.
	fewThrottled = 2
)

// TestHostileAnswers gives everything that calls a service answers that are
// none: there must be an error or a warning that says what came, the state must
// be what it was or say that it is partial, and afterwards each record must be
// stored once.
func TestHostileAnswers(t *testing.T) {
	t.Parallel()
	var combinations atomic.Int64
	t.Cleanup(func() { t.Logf("%d combinations of status, body, operation and reader", combinations.Load()) })
	readers := hostileReaders()
	for k, name := range slices.Sorted(maps.Keys(readers)) {
		reader := readers[name]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := acctest.StartCloud(t, cloudsim.Options{})
			clock := &skippingClock{}
			p := reader.provider(t, cloud, clock)
			for i, status := range noStatuses {
				for j, body := range noBodies {
					if (i+j+k)%shares != 0 || answered(reader.service, status, body) || status == http.StatusTooManyRequests && j >= fewThrottled {
						continue
					}
					combinations.Add(1)
					clock.reset()
					h := hostile{t: t, p: p, cloud: cloud, reader: reader, status: status, body: body, n: i*len(noBodies) + j}
					h.try()
				}
			}
		})
	}
}

// hostile is one combination.
type hostile struct {
	t      *testing.T
	p      *acctest.Provider
	cloud  *cloudsim.Cloud
	reader hostileReader
	status int
	body   string
	n      int
}

func (h *hostile) failf(format string, arguments ...any) {
	h.t.Helper()
	h.t.Errorf("HTTP %d %s: %s", h.status, h.body, fmt.Sprintf(format, arguments...))
}

// skippingClock passes time at once, until it is set right.
type skippingClock struct {
	mu      sync.Mutex
	skipped time.Duration
}

func (c *skippingClock) reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.skipped = 0
}

// Now implements wait.Clock.
func (c *skippingClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.skipped)
}

// Sleep implements wait.Clock.
func (c *skippingClock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.skipped += d
	return ctx.Err()
}

// provider is one for which waiting takes no time.
func (r hostileReader) provider(t *testing.T, cloud *cloudsim.Cloud, clock wait.Clock) *acctest.Provider {
	t.Helper()
	getenv := cloud.Lookup
	if r.action {
		getenv = acctest.Override(cloud, map[string]string{"AZURE_LOG_ANALYTICS_SHARED_KEY": sharedKey(cloud)})
	}
	return acctest.NewProviderIn(t, provider.Environment{Getenv: getenv, Clock: clock, RetryDelay: time.Millisecond}, acctest.Config{})
}

func (h *hostile) try() {
	h.t.Helper()
	config := h.reader.config(h.cloud, h.n)
	if h.status == http.StatusTooManyRequests {
		// It is waited out, for as long as there is time.
		config["timeouts"] = map[bool]acctest.Config{true: {"read": "1s"}, false: {"create": "1s", "update": "1s"}}[h.reader.query]
		if h.reader.action {
			config["timeouts"] = acctest.Config{"invoke": "1s"}
		}
	}
	p := h.p
	var prior *acctest.Object
	rows := h.rows()
	if h.reader.grows {
		prior = mustApply(h.t, p, nil, acctest.Changed(config, acctest.Config{"records": records(10*h.n, 1)}))
	}
	fault := simcore.Fault{Kind: simcore.KindStatus, Code: h.status, Body: json.RawMessage(h.body), Times: -1}
	if h.reader.lost {
		acctest.AddFault(h.t, h.cloud, h.sending(), simcore.Fault{Kind: simcore.KindDropAfterCommit})
		// The question before the first send is answered.
		fault.Skip = 1
	}
	acctest.AddFault(h.t, h.cloud, h.reader.service, fault)
	h.cloud.Journal.Reset()
	object, diagnostics := h.run(p, prior, config)
	asked := h.cloud.Journal.Count(h.reader.service, "")
	h.cloud.Faults.Clear()
	said := strings.Join(append(diagnostics.Errors(), diagnostics.Warnings()...), "\n")
	switch {
	case asked == 0:
		h.failf("the service was not asked")
	case said == "":
		h.failf("nothing was said")
	case !strings.Contains(said, strconv.Itoa(h.status)) && (h.status != http.StatusTooManyRequests || !strings.Contains(said, "the timeout passed")):
		h.failf("what was said does not tell the status: %s", said)
	case strings.Contains(said, "%!"):
		h.failf("badly formatted: %s", said)
	}
	if h.reader.query {
		return
	}
	h.expectState(prior, object, diagnostics)
	if h.reader.action {
		if sent := h.rows() - rows; sent != 0 && sent != 3 {
			h.failf("%d records were stored", sent)
		}
		return
	}
	// Nothing is in the way any more.
	delete(config, "timeouts")
	after := mustApply(h.t, p, object, config)
	acctest.ExpectAttributes(h.t, after.Value, "status", "complete")
	if stored := h.rows() - rows; stored != 3 {
		h.failf("%d rows of 3 records; was said: %s", stored, said)
	}
}

func (h *hostile) sending() string {
	if h.reader.table == collectorTable {
		return apis["data collector"].service
	}
	return apis["logs ingestion"].service
}

func (h *hostile) rows() int { return h.cloud.LogStore.RowCount(workspace(h.cloud), h.reader.table) }

func (h *hostile) run(p *acctest.Provider, prior *acctest.Object, config acctest.Config) (*acctest.Object, acctest.Diagnostics) {
	h.t.Helper()
	switch {
	case h.reader.query:
		_, diagnostics := p.ReadData(h.t.Context(), "cloudtap_azure_log_query", config)
		return nil, diagnostics
	case h.reader.action:
		_, diagnostics := p.Invoke(h.t.Context(), typeName, config)
		return nil, diagnostics
	}
	plan, planned := p.Plan(h.t.Context(), typeName, prior, config)
	p.Expect(planned)
	return p.ApplyPlan(h.t.Context(), typeName, prior, plan)
}

// expectState checks that the state is what it was, or says what is so.
func (h *hostile) expectState(prior, object *acctest.Object, diagnostics acctest.Diagnostics) {
	h.t.Helper()
	switch {
	case !object.Exists():
		if prior.Exists() || len(diagnostics.Errors()) == 0 && !h.reader.action {
			h.failf("it is not in the state, with errors %q", diagnostics.Errors())
		}
	case prior.Exists() && object.Value.Equal(prior.Value):
		if len(diagnostics.Errors()) == 0 {
			h.failf("nothing was done, without an error: %q", diagnostics.Warnings())
		}
	case acctest.Get(h.t, object.Value, "status") == "complete" && h.reader.service != logquery.Name:
		h.failf("it is complete")
	}
}
