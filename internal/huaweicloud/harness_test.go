package huaweicloud

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/cfw/cfwtest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait/waittest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// harness is a session against the simulation, on a clock that moves the
// simulation's.
type harness struct {
	*cfwtest.Cloud
	clock *waittest.Clock

	mu   sync.Mutex
	logs strings.Builder
}

func newHarness(t *testing.T) *harness {
	t.Helper()
	cloud := cfwtest.New(t)
	return &harness{
		Cloud: cloud,
		clock: waittest.NewClock(cfwtest.Start(), func(d time.Duration) { cloud.Clock.Advance(d) }),
	}
}

// session returns a session with the permanent access key, after change.
func (h *harness) session(change func(*Config)) *Session {
	key := h.IAM.PermanentKey()
	config := Config{
		Region: h.IAM.Region(), AccessKey: key.Access, SecretKey: key.Secret, MaxRetries: DefaultMaxRetries,
		Endpoints: Endpoints{CFW: h.CFWURL, IAM: h.IAMURL, Metadata: h.MetadataURL},
		UserAgent: "cloudtap-test", Transport: h.HTTP.Transport, Clock: h.clock,
		Log: func(_ context.Context, message string, fields map[string]string) {
			h.mu.Lock()
			defer h.mu.Unlock()
			fmt.Fprintln(&h.logs, message, fields)
		},
	}
	if change != nil {
		change(&config)
	}
	return NewSession(config)
}

func (h *harness) log() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.logs.String()
}

func withoutCredentials(config *Config) { config.AccessKey, config.SecretKey = "", "" }

// list is a call that can be repeated, and stop one that is declared not to
// be.
func (h *harness) list() Request {
	return Request{
		Service: CFW, Operation: "ListCaptureTask", Method: http.MethodGet, Path: "/v1/{project_id}/capture-task",
		Query: url.Values{"fw_instance_id": {h.CFW.FirewallID()}, "limit": {"10"}, "offset": {"0"}},
	}
}

func (h *harness) create() Request {
	address := map[string]any{"address": "1.1.1.1", "address_type": 0, "type": 0}
	return Request{
		Service: CFW, Operation: "CreateCaptureTask", Method: http.MethodPost, Path: "/v1/{project_id}/capture-task",
		Query: url.Values{"fw_instance_id": {h.CFW.FirewallID()}},
		Body: map[string]any{
			"name": "once", "duration": 1, "max_packets": 1000, "source": address, "destination": address,
			"service": map[string]int{"protocol": 6},
		},
	}
}

func mustDo(t *testing.T, s *Session, request Request) {
	t.Helper()
	if err := s.Do(t.Context(), request, nil); err != nil {
		t.Fatal(err)
	}
}

func wantMentioned(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	simtest.Says(t, err.Error(), parts...)
}
