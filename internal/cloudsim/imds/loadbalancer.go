package imds

import (
	"net/http"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

type publicAddress struct {
	FrontendIPAddress string `json:"frontendIpAddress"`
	PrivateIPAddress  string `json:"privateIpAddress"`
}

type inboundRule struct {
	FrontendIPAddress string `json:"frontendIpAddress"`
	Protocol          string `json:"protocol"`
	FrontendPort      int    `json:"frontendPort"`
	BackendPort       int    `json:"backendPort"`
	PrivateIPAddress  string `json:"privateIpAddress"`
}

type loadBalancer struct {
	PublicIPAddresses []publicAddress `json:"publicIpAddresses"`
	InboundRules      []inboundRule   `json:"inboundRules"`
	OutboundRules     []publicAddress `json:"outboundRules"`
}

func (s *Service) getLoadBalancer(w http.ResponseWriter, _ call) {
	balancer := s.loadBalancer()
	switch s.switches.Get(switchLoadBalancer) {
	case "none":
		balancer = nil
	case "unavailable":
		instanceFamily.refuse(w, http.StatusNotFound, "API isn't available right now. Please retry later")
		return
	}
	if balancer == nil {
		instanceFamily.refuse(w, http.StatusNotFound, "No load balancer metadata is found. Please check if your VM is using any non-basic SKU load balancer and retry later")
		return
	}
	simcore.WriteJSON(w, http.StatusOK, struct {
		LoadBalancer *loadBalancer `json:"loadbalancer"`
	}{balancer})
}

// loadBalancer returns what the scenario's machine has of the Standard SKU;
// nil is nothing.
func (s *Service) loadBalancer() *loadBalancer {
	public := publicAddress{FrontendIPAddress: s.options.PublicIPAddress, PrivateIPAddress: s.options.PrivateIPAddress}
	switch s.switches.Get(switchScenario) {
	case ScenarioLinux, ScenarioCustomImage:
		return &loadBalancer{PublicIPAddresses: []publicAddress{public}, InboundRules: []inboundRule{}, OutboundRules: []publicAddress{}}
	case ScenarioScaleSet:
		return &loadBalancer{
			PublicIPAddresses: []publicAddress{public},
			InboundRules: []inboundRule{{
				FrontendIPAddress: "50.0.0.1", Protocol: "Tcp", FrontendPort: 80, BackendPort: 443, PrivateIPAddress: s.options.PrivateIPAddress,
			}},
			OutboundRules: []publicAddress{{FrontendIPAddress: "50.0.0.1", PrivateIPAddress: s.options.PrivateIPAddress}},
		}
	case ScenarioWindows:
		// IPv6 addresses come in brackets.
		return &loadBalancer{
			PublicIPAddresses: []publicAddress{{FrontendIPAddress: "[2603:10e1:100:2::1:1]", PrivateIPAddress: "[ace:cab:deca:deed::1]"}},
			InboundRules:      []inboundRule{}, OutboundRules: []publicAddress{},
		}
	}
	return nil
}
