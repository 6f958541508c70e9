package networkwatcher_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

func TestALoneReadIsOneGet(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	s.create(t, "web")
	capture, err := s.client.Find(t.Context(), s.id("WEB"))
	if err != nil || *capture.Name != "web" {
		t.Fatalf("got %v, %v", capture, err)
	}
	s.wantRequests(t, map[string]int{arm.PacketCapturesGet: 1})
}

func TestAHundredReadsShareOneList(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	all := names(100)
	s.create(t, all...)
	// The first read waits for company, which comes now.
	var group sync.WaitGroup
	var once sync.Once
	s.whenSleeping(func(time.Duration) {
		once.Do(func() {
			for _, name := range all[1:] {
				group.Go(func() { s.find(t, name) })
			}
			s.listed(t.Context())
		})
	})
	s.find(t, all[0])
	group.Wait()
	s.wantRequests(t, map[string]int{arm.PacketCapturesList: 1})
	for _, name := range all {
		s.find(t, name)
	}
	s.wantRequests(t, map[string]int{})
}

func (s *sim) find(t *testing.T, name string) {
	t.Helper()
	capture, err := s.client.Find(t.Context(), s.id(name))
	if err != nil || *capture.Name != name {
		t.Errorf("find %s: %v", name, err)
	}
}

func TestReadsOneAfterTheOtherGetTheListInTheEnd(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	all := names(10)
	s.create(t, all...)
	for _, name := range all {
		s.find(t, name)
	}
	s.wantRequests(t, map[string]int{arm.PacketCapturesGet: 2, arm.PacketCapturesList: 1})
}

func TestAWriteEndsTheSharingOfAList(t *testing.T) {
	t.Parallel()
	for name, write := range map[string]func(*sim) error{
		"create": func(s *sim) error {
			_, err := s.client.Create(t.Context(), s.id("new"), s.request())
			return err
		},
		"stop":   func(s *sim) error { return s.client.Stop(t.Context(), s.id("other")) },
		"delete": func(s *sim) error { return s.client.Delete(t.Context(), s.id("other")) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSim(t)
			s.create(t, "web", "other")
			if _, err := s.client.List(t.Context(), s.watcher); err != nil {
				t.Fatal(err)
			}
			s.find(t, "web")
			s.wantRequests(t, map[string]int{arm.PacketCapturesList: 1})
			if err := write(s); err != nil {
				t.Fatal(err)
			}
			s.core.Journal.Reset()
			s.find(t, "web")
			s.wantRequests(t, map[string]int{arm.PacketCapturesGet: 1})
		})
	}
}

func TestACaptureIsGoneOnlyIfListAndGetAgree(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	s.create(t, "web")
	_, err := s.client.Find(t.Context(), s.id("gone"))
	if !errors.Is(err, networkwatcher.ErrNotFound) {
		t.Fatalf("got %v", err)
	}
	wantText(t, err, `cannot read packet capture "gone"`, "NotFound", "request id")
	s.wantRequests(t, map[string]int{arm.PacketCapturesGet: 1, arm.PacketCapturesList: 1})
	// With the list at hand one GET confirms it.
	if _, err := s.client.Find(t.Context(), s.id("gone")); !errors.Is(err, networkwatcher.ErrNotFound) {
		t.Fatalf("got %v", err)
	}
	s.wantRequests(t, map[string]int{arm.PacketCapturesGet: 1})
	// A capture that someone else made since is found in spite of the list.
	elsewhere := networkwatcher.NewClient(s.session, s.clock)
	if _, err := elsewhere.Create(t.Context(), s.id("late"), s.request()); err != nil {
		t.Fatal(err)
	}
	s.find(t, "late")
}

func TestNotFoundOfAGetAloneRemovesNothing(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	s.create(t, "web")
	notFound := `{"error":{"code":"NotFound","message":"Resource ` + s.id("web").String() + ` not found.","details":[]}}`
	s.fault(t, simcore.Fault{Operation: arm.PacketCapturesGet, Kind: simcore.KindStatus, Code: http.StatusNotFound, Body: json.RawMessage(notFound)})
	s.find(t, "web")
	s.wantRequests(t, map[string]int{arm.PacketCapturesGet: 1, arm.PacketCapturesList: 1})
}

func TestOtherNotFoundsAreErrors(t *testing.T) {
	t.Parallel()
	const capturePath = "/providers/Microsoft.Network/networkWatchers/NetworkWatcher_westeurope/packetCaptures/"
	for name, test := range map[string]struct {
		body    string
		missing bool
		text    string
	}{
		"watcher":           {`{"error":{"code":"ResourceNotFound","message":"The Resource 'Microsoft.Network/networkWatchers/NetworkWatcher_westeurope' under resource group 'NetworkWatcherRG' was not found."}}`, true, "missing network watcher"},
		"parent":            {`{"error":{"code":"ParentResourceNotFound","message":"Can not perform requested operation on nested resource."}}`, true, "missing network watcher"},
		"resource group":    {`{"error":{"code":"ResourceGroupNotFound","message":"Resource group 'NetworkWatcherRG' could not be found."}}`, true, "ResourceGroupNotFound"},
		"subscription":      {`{"error":{"code":"SubscriptionNotFound","message":"The subscription could not be found."}}`, true, "SubscriptionNotFound"},
		"another object":    {`{"error":{"code":"NotFound","message":"Resource ` + capturePath + `other not found."}}`, false, "NotFound"},
		"unusual code":      {`{"error":{"code":"ResourceNotFound","message":"The Resource 'Microsoft.Network` + capturePath + `web' was not found."}}`, false, "ResourceNotFound"},
		"a gateway's page":  {`"<html><h1>404 Not Found</h1><p>web</p></html>"`, false, "not one of the service's errors"},
		"no error envelope": {`{"message":"no Route matched with those values"}`, false, "no Route matched"},
		"empty":             {`""`, false, "has no body"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSim(t)
			s.create(t, "web")
			s.fault(t, simcore.Fault{Operation: arm.PacketCapturesGet, Kind: simcore.KindStatus, Code: http.StatusNotFound, Body: json.RawMessage(test.body), Times: -1})
			_, err := s.client.Find(t.Context(), s.id("web"))
			if errors.Is(err, networkwatcher.ErrNotFound) {
				t.Fatal("taken for the capture's own not-found")
			}
			wantText(t, err, test.text, "request id")
			missing := new(networkwatcher.MissingWatcherError)
			if errors.As(err, &missing) != test.missing {
				t.Errorf("missing watcher: %v, want %v: %v", !test.missing, test.missing, err)
			}
			if test.missing && missing.Watcher != s.watcher {
				t.Errorf("names %v", missing.Watcher)
			}
		})
	}
}

func TestAMissingWatcherIsAnErrorOfEveryRead(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	s.create(t, "web")
	if !s.arm.Delete(s.watcher.String()) {
		t.Fatal("nothing deleted")
	}
	_, findErr := s.client.Find(t.Context(), s.id("web"))
	_, listErr := s.client.List(t.Context(), s.watcher)
	_, watcherErr := s.client.Watcher(t.Context(), s.watcher)
	for name, err := range map[string]error{
		"find": findErr, "list": listErr, "watcher": watcherErr,
		"check":  s.client.CheckAbsent(t.Context(), s.id("web")),
		"stop":   s.client.Stop(t.Context(), s.id("web")),
		"delete": s.client.Delete(t.Context(), s.id("web")),
	} {
		missing := new(networkwatcher.MissingWatcherError)
		if !errors.As(err, &missing) || errors.Is(err, networkwatcher.ErrNotFound) {
			t.Errorf("%s: got %v", name, err)
			continue
		}
		details := azure.Describe(err)
		if !strings.Contains(details.Summary, `missing network watcher "NetworkWatcher_westeurope"`) || details.Code != "ResourceNotFound" || details.RequestID == "" || len(details.Next) == 0 {
			t.Errorf("%s: details %q", name, details)
		}
	}
}

func TestAbsenceIsCheckedWithOneListInTheClientsLife(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	s.create(t, "theirs")
	s.client = networkwatcher.NewClient(s.session, s.clock)
	for _, name := range names(100) {
		if err := s.client.CheckAbsent(t.Context(), s.id(name)); err != nil {
			t.Fatal(err)
		}
		if _, err := s.client.Create(t.Context(), s.id(name), s.request()); err != nil {
			t.Fatal(err)
		}
	}
	s.wantRequests(t, map[string]int{arm.PacketCapturesList: 1, arm.PacketCapturesCreate: 100})
	for name, test := range map[string]struct {
		exists   bool
		requests map[string]int
	}{
		"THEIRS":      {true, map[string]int{arm.PacketCapturesGet: 1}},
		"capture-000": {true, map[string]int{arm.PacketCapturesGet: 1}},
		"fresh":       {false, map[string]int{}},
	} {
		err := s.client.CheckAbsent(t.Context(), s.id(name))
		if errors.As(err, new(*networkwatcher.ExistsError)) != test.exists {
			t.Errorf("%s: got %v", name, err)
		}
		s.wantRequests(t, test.requests)
	}
}

func TestAnOldHitIsConfirmedBeforeItRefusesACreate(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	s.create(t, "web", "mine")
	if err := s.client.CheckAbsent(t.Context(), s.id("x")); err != nil {
		t.Fatal(err)
	}
	s.arm.Delete(s.id("web").String())
	if err := s.client.Delete(t.Context(), s.id("mine")); err != nil {
		t.Fatal(err)
	}
	s.core.Journal.Reset()
	for range 2 {
		if err := s.client.CheckAbsent(t.Context(), s.id("web")); err != nil {
			t.Error(err)
		}
	}
	s.wantRequests(t, map[string]int{arm.PacketCapturesGet: 1})
	if err := s.client.CheckAbsent(t.Context(), s.id("mine")); err != nil {
		t.Error(err)
	}
	s.wantRequests(t, map[string]int{})
}
