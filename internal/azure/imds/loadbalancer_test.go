package imds_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/imds"
	simulator "github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds/imdstest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

func TestPublicAddresses(t *testing.T) {
	t.Parallel()
	for scenario, test := range map[string]struct {
		ipv4, source string
		ipv6         string
		balancer     int
	}{
		simulator.ScenarioLinux:         {"51.0.0.1", "loadbalancer", "", 1},
		simulator.ScenarioScaleSet:      {"51.0.0.1", "loadbalancer", "", 1},
		simulator.ScenarioWindows:       {"51.0.0.1", "instance", "2603:10e1:100:2::1:1", 1},
		simulator.ScenarioBasicPublicIP: {"51.0.0.1", "instance", "", 0},
		simulator.ScenarioNoPublicIP:    {"", "", "", 1},
		simulator.ScenarioClassic:       {"", "", "", 1},
		simulator.ScenarioAzureStackHub: {"10.217.119.162", "instance", "", 0},
	} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			s := imdstest.Start(t, nil, simulator.Options{})
			s.Set(t, "scenario", scenario)
			client, _ := newClient(t, s, imds.Config{})
			document, err := client.Instance(t.Context(), imds.InstanceOptions{})
			if err != nil {
				t.Fatal(err)
			}
			text := func(value *string) string {
				if value == nil {
					return ""
				}
				return *value
			}
			if scenario != simulator.ScenarioClassic && len(document.Warnings) != 0 {
				t.Errorf("warnings %q", document.Warnings)
			}
			nic := document.Network.Interfaces[0]
			if got := nic.IPv4.IPAddresses[0]; text(got.PublicIPAddress) != test.ipv4 || text(got.PublicIPAddressSource) != test.source {
				t.Errorf("IPv4: %q from %q", text(got.PublicIPAddress), text(got.PublicIPAddressSource))
			}
			if test.ipv6 != "" && text(nic.IPv6.IPAddresses[0].PublicIPAddress) != test.ipv6 {
				t.Errorf("IPv6: %+v", nic.IPv6)
			}
			if got := s.Core.Journal.Count("imds", simulator.OperationLoadBalancer); got != test.balancer {
				t.Errorf("%d load balancer requests, want %d", got, test.balancer)
			}
		})
	}
}

func TestABalancerInTroubleIsAWarning(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(*imdstest.Simulation){
		"not available": func(s *imdstest.Simulation) { s.Set(t, "load_balancer", "unavailable") },
		"503": func(s *imdstest.Simulation) {
			s.Fault(t, simcore.Fault{Operation: simulator.OperationLoadBalancer, Kind: simcore.KindStatus, Code: 503, Times: -1})
		},
		"cut": func(s *imdstest.Simulation) {
			s.Fault(t, simcore.Fault{Operation: simulator.OperationLoadBalancer, Kind: simcore.KindReset, Times: -1})
		},
	} {
		s := imdstest.Start(t, nil, simulator.Options{})
		prepare(s)
		client, clock := newClient(t, s, imds.Config{})
		document, err := client.Instance(t.Context(), imds.InstanceOptions{})
		if err != nil || len(document.Warnings) != 1 || !strings.Contains(document.Warnings[0], "LoadBalancer_Get") {
			t.Errorf("%s: %+v %v", name, document, err)
		}
		if waited := clock.Now().Sub(imdstest.Now()); waited < 2*time.Second || waited > 20*time.Second {
			t.Errorf("%s: held the document up for %s", name, waited)
		}
	}
}

func TestABalancerThatComesLaterIsWaitedFor(t *testing.T) {
	t.Parallel()
	s := imdstest.Start(t, nil, simulator.Options{})
	s.Fault(t, simcore.Fault{Operation: simulator.OperationLoadBalancer, Kind: simcore.KindStatus, Code: 404, Times: 2,
		Body: json.RawMessage(`{"error":"Load balancer metadata is not currently available"}`)})
	client, _ := newClient(t, s, imds.Config{})
	balancer, err := client.LoadBalancer(t.Context())
	if err != nil || len(balancer.PublicIPAddresses) != 1 {
		t.Errorf("%+v %v", balancer, err)
	}
}

func TestPublishedLoadBalancerSample(t *testing.T) {
	t.Parallel()
	raw := imdstest.Sample(t, "2020-10-01-loadbalancer.json")
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		simcore.WriteJSON(w, http.StatusOK, json.RawMessage(raw))
	})
	balancer, err := newClientAt(t, server.URL).LoadBalancer(t.Context())
	if err != nil || len(balancer.InboundRules) != 2 || balancer.InboundRules[0].BackendPort != 443 || len(balancer.OutboundRules) != 2 || balancer.PublicIPAddresses[0].FrontendIPAddress != "51.0.0.1" {
		t.Errorf("%+v %v", balancer, err)
	}
}
