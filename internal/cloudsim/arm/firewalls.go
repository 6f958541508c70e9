package arm

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/azurefirewall"
)

// The vendor's operation ids.
const (
	AzureFirewallsGet              = "AzureFirewalls_Get"
	AzureFirewallsCapture          = "AzureFirewalls_PacketCapture"
	AzureFirewallsCaptureOperation = "AzureFirewalls_PacketCaptureOperation"
)

const firewallPath = networkPath + "azurefirewalls/{name}"

// The first versions, from the SDK's and the CLI's histories.
var firewallRoutes = []route{
	{http.MethodGet, firewallPath, AzureFirewallsGet, (*Service).getFirewall, ""},
	{http.MethodPost, firewallPath + "/packetcapture", AzureFirewallsCapture, (*Service).captureFirewall, "2022-11-01"},
	{http.MethodPost, firewallPath + "/packetcaptureoperation", AzureFirewallsCaptureOperation, (*Service).operateFirewall, "2024-10-01"},
}

func (s *Service) firewallOf(c *call) (*azurefirewall.Firewall, *refusal) {
	id := s.idOf(c, "azureFirewalls/"+c.parameters["name"])
	found := find(s.inventory.firewalls, func(f *azurefirewall.Firewall) bool { return strings.EqualFold(f.ID, id) })
	if found == nil {
		return nil, missingResource("azureFirewalls", c.parameters["name"], c.parameters["group"])
	}
	return found, nil
}

func (s *Service) getFirewall(c *call) *refusal {
	found, refused := s.firewallOf(c)
	if refused != nil {
		return refused
	}
	c.answer(http.StatusOK, s.renderFirewall(found))
	return nil
}

func (s *Service) renderFirewall(found *azurefirewall.Firewall) resourceBody {
	configuration := func(name, subnet string) map[string]any {
		id := found.ID + "/azureFirewallIpConfigurations/" + name
		network := strings.TrimSuffix(found.ID, "azureFirewalls/"+found.Name)
		return map[string]any{"name": name, "id": s.casing(id, id), "etag": s.etag, "properties": map[string]any{
			"provisioningState": provisioningSucceeded, "subnet": reference{network + "virtualNetworks/hub/subnets/" + subnet},
			"publicIPAddress": reference{network + "publicIPAddresses/" + found.Name + "-" + name},
		}}
	}
	properties := map[string]any{
		"provisioningState": provisioningSucceeded, "threatIntelMode": "Alert",
		"sku":                    map[string]string{"name": "AZFW_VNet", "tier": found.Tier},
		"ipConfigurations":       []any{configuration("data", "AzureFirewallSubnet")},
		"autoscaleConfiguration": map[string]int{"minCapacity": found.Instances, "maxCapacity": found.Instances},
	}
	if found.Management {
		properties["managementIpConfiguration"] = configuration("management", "AzureFirewallManagementSubnet")
	}
	return s.resource(found.ID, "Microsoft.Network/azureFirewalls", found.Location, properties)
}

// captureFirewall is the older operation: a start without an answer.
func (s *Service) captureFirewall(c *call) *refusal {
	var asked azurefirewall.Parameters
	found, refused := s.firewallRequest(c, &asked)
	if refused != nil {
		return refused
	}
	if asked.Operation != "" {
		return unknownMember("operation", "FirewallPacketCaptureParameters")
	}
	asked.Operation = azurefirewall.OperationStart
	result, failure, refused := s.performFirewall(c, found, asked)
	if refused != nil {
		return refused
	}
	if failure == nil && result.Failed() {
		failure = &errorDetail{Code: result.StatusCode, Message: result.Message, Details: []errorDetail{}}
	}
	s.accept(c, s.begin(c, found.Location, failure, func(*operation) {}))
	return nil
}

func (s *Service) operateFirewall(c *call) *refusal {
	var asked azurefirewall.Parameters
	found, refused := s.firewallRequest(c, &asked)
	if refused != nil {
		return refused
	}
	result, failure, refused := s.performFirewall(c, found, asked)
	if refused != nil {
		return refused
	}
	if failure == nil && asked.Operation == azurefirewall.OperationStatus && s.switches.Get(azurefirewall.SwitchStatusAnswer) == azurefirewall.StatusAtOnce {
		c.answer(http.StatusOK, result)
		return nil
	}
	if failure == nil && result.Failed() && s.switches.Get(azurefirewall.SwitchFailure) == azurefirewall.ByOperation {
		failure = &errorDetail{Code: result.StatusCode, Message: result.Message, Details: []errorDetail{}}
	}
	s.accept(c, s.begin(c, found.Location, failure, func(o *operation) {
		if o.failure == nil {
			o.body = result
		}
	}))
	return nil
}

func (s *Service) firewallRequest(c *call, into *azurefirewall.Parameters) (*azurefirewall.Firewall, *refusal) {
	found, refused := s.firewallOf(c)
	if refused == nil {
		refused = decodeBody(c, into, "FirewallPacketCaptureParameters")
	}
	return found, refused
}

// performFirewall checks the parameters and does what they ask for, unless a fault
// lets the operation fail.
func (s *Service) performFirewall(c *call, on *azurefirewall.Firewall, asked azurefirewall.Parameters) (azurefirewall.Response, *errorDetail, *refusal) {
	var none azurefirewall.Response
	if member, value := asked.CheckValues(); member != "" {
		return none, nil, unreadable("Error converting value %s to the type of '%s'.", strconv.Quote(value), member)
	}
	if asked.Operation == azurefirewall.OperationStart {
		if on.RefusesRequest() {
			return none, nil, s.invalid("managementIpConfiguration", "The firewall %s has no management NIC, which packet capture needs.", on.Name)
		}
		if member, problem := asked.CheckStart(); problem != "" && s.switches.Get(azurefirewall.SwitchRefusal) == azurefirewall.ByRequest {
			return none, nil, s.invalid(member, "%s", problem)
		}
	}
	if failure := operationFailure(c); failure != nil {
		return none, failure, nil
	}
	return on.Perform(asked, s.core.Clock.Now()), nil, nil
}
