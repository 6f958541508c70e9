package networkwatcher_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

func TestAWatcherIsOneGet(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	watcher, err := s.client.Watcher(t.Context(), s.watcher)
	if err != nil || *watcher.ID != s.watcher.String() || *watcher.Location != arm.Location {
		t.Fatalf("got %v, %v", watcher, err)
	}
	s.wantRequests(t, map[string]int{arm.NetworkWatchersGet: 1})
}

func TestTheWatcherOfALocation(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	for _, location := range []string{"westeurope", "West Europe", "WESTEUROPE"} {
		watcher, err := s.client.WatcherIn(t.Context(), s.ids.SubscriptionID, location)
		if err != nil || *watcher.ID != s.watcher.String() {
			t.Errorf("%s: got %v, %v", location, watcher, err)
		}
	}
	s.wantRequests(t, map[string]int{arm.NetworkWatchersListAll: 3})
}

func TestALocationWithoutAWatcherListsWhatThereIs(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	_, err := s.client.WatcherIn(t.Context(), s.ids.SubscriptionID, "East US")
	wantText(t, err, `no network watcher in "East US"`, s.ids.NetworkWatcherID+" (westeurope)", s.ids.OtherNetworkWatcherID, "--locations eastus")
	s.arm.Delete(s.ids.NetworkWatcherID)
	s.arm.Delete(s.ids.OtherNetworkWatcherID)
	_, err = s.client.WatcherIn(t.Context(), s.ids.SubscriptionID, "eastus")
	wantText(t, err, "it has: none")
}

func TestALocationWithSeveralWatchersListsThem(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	others := strings.TrimSuffix(s.ids.NetworkWatcherID, s.watcher.Name)
	s.fault(t, simcore.Fault{Operation: arm.NetworkWatchersListAll, Kind: simcore.KindStatus, Code: http.StatusOK,
		Body: []byte(strings.ReplaceAll(`{"value":[{"id":"/b","location":"westeurope"},{"id":"/a","location":"West Europe"},{"id":"/c","location":"eastus"}]}`, `"/`, `"`+others))})
	_, err := s.client.WatcherIn(t.Context(), s.ids.SubscriptionID, "westeurope")
	wantText(t, err, `several network watchers in "westeurope": `+others+"a, "+others+"b;", "by name and resource group")
}

func TestAWatcherInAnUnknownSubscription(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	_, err := s.client.WatcherIn(t.Context(), "00000000-0000-0000-0000-000000000001", "westeurope")
	wantText(t, err, "SubscriptionNotFound", "request id")
	if details := azure.Describe(err); len(details.Next) == 0 {
		t.Errorf("no remedy: %q", details)
	}
}

func TestSameLocation(t *testing.T) {
	t.Parallel()
	if !networkwatcher.SameLocation("West Europe", "westeurope") || networkwatcher.SameLocation("westeurope", "northeurope") {
		t.Error("locations are not compared as Azure does")
	}
}
