package cfw

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	simcfw "github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/cfw/cfwtest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait/waittest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// harness is a client of the simulation, on a clock that moves the
// simulation's when the client waits.
type harness struct {
	*cfwtest.Cloud
	client   *Client
	clock    *waittest.Clock
	firewall Firewall

	mu      sync.Mutex
	logs    strings.Builder
	onSleep func(time.Duration)
}

func newHarness(t *testing.T) *harness {
	t.Helper()
	cloud := cfwtest.New(t)
	h := &harness{Cloud: cloud, firewall: Firewall{ID: cloud.CFW.FirewallID()}}
	h.clock = waittest.NewClock(cfwtest.Start(), func(d time.Duration) {
		cloud.Clock.Advance(d)
		h.mu.Lock()
		hook := h.onSleep
		h.mu.Unlock()
		if hook != nil {
			hook(d)
		}
	})
	key := cloud.IAM.PermanentKey()
	session := huaweicloud.NewSession(huaweicloud.Config{
		Region: cloud.IAM.Region(), AccessKey: key.Access, SecretKey: key.Secret, MaxRetries: 3,
		Endpoints: huaweicloud.Endpoints{CFW: cloud.CFWURL, IAM: cloud.IAMURL},
		Transport: cloud.HTTP.Transport, Clock: h.clock,
		Log: func(_ context.Context, message string, fields map[string]string) {
			h.mu.Lock()
			defer h.mu.Unlock()
			fmt.Fprintln(&h.logs, message, fields)
		},
	})
	h.client = New(session, DefaultPace())
	cloud.Set(t, map[string]string{"task_visible_after": "3s", "deletion_visible_after": "3s", "stopping_for": "5s"})
	return h
}

// whenWaiting calls hook at every pause of the client, after time has moved.
func (h *harness) whenWaiting(hook func(time.Duration)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.onSleep = hook
}

func (h *harness) log() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.logs.String()
}

// example is the request of the vendor's documentation. A task that
// simcfw.Service.AddTask puts in has the same parameters.
func example(name string) CreateRequest {
	return CreateRequest{
		Name: name, DurationInMinutes: 3, MaxPackets: 100000,
		SourceAddress: "1.1.1.1", DestinationAddress: "2.2.2.2", Protocol: ProtocolAny,
	}
}

func (h *harness) mustCapture(t *testing.T, request CreateRequest) Task {
	t.Helper()
	made, err := h.client.Capture(t.Context(), h.firewall, request, nil)
	if err != nil {
		t.Fatal(err)
	}
	return made.Task
}

// running puts in a capture that has just begun.
func (h *harness) running(name string) string {
	return h.CFW.AddTask(simcfw.Seed{Name: name, CreatedAt: h.Clock.Now()})
}

func (h *harness) wantCalls(t *testing.T, want map[string]int) {
	t.Helper()
	for operation, count := range want {
		if got := h.Calls(operation); got != count {
			t.Errorf("%s was called %d times, want %d", operation, got, count)
		}
	}
}

func wantMentioned(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	simtest.Says(t, err.Error(), parts...)
}
