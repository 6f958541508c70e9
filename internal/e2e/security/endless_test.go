package security

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/provider"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait/waittest"
)

// hijack takes a connection over and sends start, and then again until the
// client has had enough. It returns how many bytes that took.
func hijack(t *testing.T, w http.ResponseWriter, start, again string) int {
	t.Helper()
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		t.Error(err)
		return 0
	}
	defer func() { _ = connection.Close() }() // The client may have closed it.
	writer := bufio.NewWriterSize(connection, 64<<10)
	sent := 0
	for ok := write(writer, start); ok; ok = write(writer, again) {
		sent += len(again)
	}
	return sent
}

// mostHeaders is the bound of 256 KB, and what fits into the buffers on the
// way; without a bound of the provider's own it would be 10 MB.
const mostHeaders = 8 << 20

// TestHeadersWithoutAnEnd has every service answer with headers and interim
// answers for ever. The connection is given up after some hundred kilobytes.
func TestHeadersWithoutAnEnd(t *testing.T) {
	t.Parallel()
	for name, attack := range map[string][2]string{
		"headers": {"HTTP/1.1 200 OK\r\n", "X-Filler: " + strings.Repeat("a", 1000) + "\r\n"},
		"interim": {"", "HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, victimName := range []string{"logs ingestion", "instance metadata", "cloud firewall", "ecs metadata", "data collector"} {
				t.Run(victimName, func(t *testing.T) {
					t.Parallel()
					_, diagnostics := victims()[victimName].attack(t.Context(), t, func(w http.ResponseWriter, _ *http.Request) {
						if sent := hijack(t, w, attack[0], attack[1]); sent > mostHeaders {
							t.Errorf("%d bytes of headers were taken", sent)
						}
					})
					if len(append(diagnostics.Errors(), diagnostics.Warnings()...)) != 1 {
						t.Errorf("%q and %q", diagnostics.Errors(), diagnostics.Warnings())
					}
				})
			}
		})
	}
}

// TestDripsEndWithTheTimeout has every service send its answer a byte at a
// time. What the user waits for ends when its time has passed.
func TestDripsEndWithTheTimeout(t *testing.T) {
	t.Parallel()
	forEachVictim(t, func(t *testing.T, v victim) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		hostile, diagnostics := v.attack(ctx, t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			refuseRecords(w, r)
			ticks := time.NewTicker(5 * time.Millisecond)
			defer ticks.Stop()
			for write(w, " ") && http.NewResponseController(w).Flush() == nil {
				select {
				case <-ticks.C:
				case <-r.Context().Done():
					return
				}
			}
		})
		told := append(diagnostics.Errors(), diagnostics.Warnings()...)
		if ctx.Err() == nil && len(hostile.requests()) == 0 || len(told) != 1 {
			t.Errorf("%d requests, %q", len(hostile.requests()), told)
		}
	})
}

// manager is a hostile Azure Resource Manager for one create.
type manager struct {
	// start are the headers of the create's answer, next those of each poll.
	start, next func(own string) map[string]string
}

func (m manager) answer(w http.ResponseWriter, r *http.Request) {
	own := "https://" + r.Host
	w.Header().Set("Content-Type", "application/json")
	headers, status, body := map[string]string{}, http.StatusOK, `{"value":[]}`
	switch {
	case r.Method == http.MethodPut:
		var sent struct {
			Properties map[string]any `json:"properties"`
		}
		if err := json.NewDecoder(r.Body).Decode(&sent); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		sent.Properties["provisioningState"] = "Updating"
		accepted, err := json.Marshal(map[string]any{"id": r.URL.Path, "name": "web", "properties": sent.Properties})
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		status, body = http.StatusCreated, string(accepted)
		headers = m.start(own)
	case strings.HasPrefix(r.URL.Path, "/poll"):
		body, headers = `{"status":"InProgress"}`, m.next(own)
	case r.Method == http.MethodDelete:
		status = http.StatusAccepted
		headers = m.start(own)
	}
	for name, value := range headers {
		w.Header().Set(name, value)
	}
	w.WriteHeader(status)
	write(w, body)
}

// polling names an address to ask at, in both of Azure's ways.
func polling(url func(own string) string) func(own string) map[string]string {
	return func(own string) map[string]string {
		return map[string]string{"Azure-AsyncOperation": url(own), "Location": url(own), "Retry-After": "1"}
	}
}

func own(path string) func(string) string { return func(origin string) string { return origin + path } }

// TestPollingEndsAndStays has Resource Manager accept a create that never
// ends, and name addresses to ask at: on other origins, at once or later, or
// always a new one on its own. The clock of the provider runs at its own
// waits' pace, so that the number of requests tells the rate.
func TestPollingEndsAndStays(t *testing.T) {
	t.Parallel()
	const minutes, paceSeconds = 5, 1
	for name, test := range map[string]struct {
		make func(other string) manager
		// part is in the error.
		part string
		most int
	}{
		"other origin at once": {func(other string) manager {
			elsewhere := polling(func(string) string { return other + "/poll?sig=stolen" })
			return manager{elsewhere, elsewhere}
		}, "points to another host", 4},
		"other origin as a user": {func(other string) manager {
			elsewhere := polling(func(own string) string { return strings.Replace(own, "://", "://own@", 1) + "/poll" })
			return manager{elsewhere, elsewhere}
		}, "points to another host", 4},
		"other origin later": {func(other string) manager {
			return manager{polling(own("/poll")), polling(func(string) string { return other + "/poll?sig=stolen" })}
		}, "timeout", minutes*60/paceSeconds + 20},
		"own origin for ever": {func(string) manager {
			return manager{polling(own("/poll/0")), polling(own("/poll/next"))}
		}, "timeout", minutes*60/paceSeconds + 20},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			other := thief(t, false)
			cloud := acctest.StartCloud(t, cloudsim.Options{})
			hostile := serve(t, false, test.make(other.URL).answer)
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			var passed time.Duration
			clock := waittest.NewClock(time.Now(), func(d time.Duration) {
				if passed += d; passed > minutes*time.Minute {
					cancel(context.DeadlineExceeded)
				}
			})
			getenv := acctest.Override(cloud, map[string]string{"CLOUDTAP_AZURE_RESOURCE_MANAGER_ENDPOINT": hostile.URL})
			p := acctest.NewProviderIn(t, provider.Environment{Getenv: getenv, Clock: clock}, acctest.Config{})
			seeded := cloud.ARM.Seeded()
			_, diagnostics := p.Apply(ctx, "cloudtap_azure_packet_capture", nil, acctest.Config{
				"name": "web", "network_watcher_id": seeded.NetworkWatcherID, "target_id": seeded.VMID,
				"storage_location": acctest.Config{"storage_account_id": seeded.StorageAccountID},
			})
			text := strings.Join(diagnostics.Errors(), "\n")
			if !strings.Contains(text, test.part) || strings.Contains(text, "stolen") {
				t.Errorf("the error does not say %q: %s", test.part, text)
			}
			if got := len(hostile.requests()); got > test.most {
				t.Errorf("%d requests", got)
			}
			t.Logf("%d requests: %s", len(hostile.requests()), text)
		})
	}
}

// TestNextLinksLeadNowhere has the lists of Resource Manager name
// themselves, or another origin, as their next page.
func TestNextLinksLeadNowhere(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		next     func(own, other string) string
		requests int
	}{
		"itself":       {func(own, _ string) string { return own }, 2},
		"other origin": {func(_, other string) string { return other }, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			other := thief(t, false)
			v := victims()["resource manager"]
			watchers := func(ctx context.Context, p *acctest.Provider, _ func(string) string, _ string) acctest.Diagnostics {
				_, diagnostics := p.ReadData(ctx, "cloudtap_azure_network_watcher", acctest.Config{"location": "nowhere"})
				return diagnostics
			}
			for _, call := range []func(context.Context, *acctest.Provider, func(string) string, string) acctest.Diagnostics{v.call, watchers} {
				hostile, _ := victim{call: call, environment: v.environment}.attack(t.Context(), t, func(w http.ResponseWriter, r *http.Request) {
					w.Header().Set("Content-Type", "application/json")
					write(w, fmt.Sprintf(`{"value":[],"nextLink":%q}`, test.next("https://"+r.Host+r.URL.String(), other.URL)))
				})
				if got := len(hostile.requests()); got != test.requests {
					t.Errorf("%d requests", got)
				}
			}
		})
	}
}

// TestListsWithoutAnEnd has the firewall list a new page of new objects for
// as long as it is asked.
func TestListsWithoutAnEnd(t *testing.T) {
	t.Parallel()
	firewalls := func(ctx context.Context, p *acctest.Provider, _ func(string) string, _ string) acctest.Diagnostics {
		_, diagnostics := p.ReadData(ctx, "cloudtap_huaweicloud_firewall", acctest.Config{"name": "none"})
		return diagnostics
	}
	v := victims()["cloud firewall"]
	for name, call := range map[string]func(context.Context, *acctest.Provider, func(string) string, string) acctest.Diagnostics{"tasks": v.call, "firewalls": firewalls} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page := 0
			hostile, diagnostics := victim{call: call, environment: v.environment}.attack(t.Context(), t, func(w http.ResponseWriter, _ *http.Request) {
				page++
				type record struct {
					TaskID     string `json:"task_id"`
					FirewallID string `json:"fw_instance_id"`
					Name       string `json:"fw_instance_name"`
				}
				records := make([]record, 1024)
				for i := range records {
					records[i].TaskID = fmt.Sprint(page, ".", i)
					records[i].FirewallID = records[i].TaskID
				}
				w.Header().Set("Content-Type", "application/json")
				if err := json.NewEncoder(w).Encode(map[string]any{"data": map[string]any{"total": 1 << 50, "records": records}}); err != nil {
					return // The client has gone, as it should.
				}
			})
			text := expectClearError(t, diagnostics)
			if got := len(hostile.requests()); !strings.Contains(text, "more than 100000") || got > 110 {
				t.Errorf("%d requests: %s", got, text)
			}
		})
	}
}
