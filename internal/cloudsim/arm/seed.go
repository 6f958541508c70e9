package arm

import (
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/azurefirewall"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/vpngateway"
)

// The names of the seeded inventory.
const (
	Location            = "westeurope"
	OtherLocation       = "northeurope"
	WatcherGroup        = "NetworkWatcherRG"
	NetworkWatcher      = "NetworkWatcher_westeurope"
	OtherNetworkWatcher = "NetworkWatcher_northeurope"
	ResourceGroup       = "tap-rg"
	Workspace           = "tap-logs"
)

// inventory is what exists in the subscription. Captures belong to watchers.
type inventory struct {
	groups   []string
	watchers []*watcher
	machines []*machine
	accounts []*account

	firewalls []*azurefirewall.Firewall
	gateways  vpngateway.Inventory
}

type watcher struct {
	id, name, group, location string
	// etag is shared by all captures of the watcher.
	etag     string
	captures []*capture
}

// machine is a virtual machine, or a scale set if it has instances.
type machine struct {
	id, location             string
	linux, hasAgent, running bool
	scaleSet                 bool
	// instances maps the instance ids of a scale set to whether they run.
	instances map[string]bool
}

type account struct {
	id, name, location string
	sharedKeys         bool
}

func newInventory(subscriptionID string, switches *simcore.Switches, uploads Storage) inventory {
	subscription := "/subscriptions/" + subscriptionID
	compute := subscription + "/resourceGroups/" + ResourceGroup + "/providers/Microsoft.Compute/"
	storage := subscription + "/resourceGroups/" + ResourceGroup + "/providers/Microsoft.Storage/storageAccounts/"
	newWatcher := func(name, location string) *watcher {
		return &watcher{
			id:   subscription + "/resourceGroups/" + WatcherGroup + "/providers/Microsoft.Network/networkWatchers/" + name,
			name: name, group: WatcherGroup, location: location, etag: newETag(),
		}
	}
	vm := func(name string, change func(*machine)) *machine {
		m := &machine{id: compute + "virtualMachines/" + name, location: Location, linux: true, hasAgent: true, running: true}
		change(m)
		return m
	}
	scaleSet := func(name string, linux bool) *machine {
		return &machine{
			id: compute + "virtualMachineScaleSets/" + name, location: Location, linux: linux, hasAgent: true, running: true,
			scaleSet: true, instances: map[string]bool{"0": true, "1": true, "2": true},
		}
	}
	newAccount := func(name, location string, sharedKeys bool) *account {
		return &account{id: storage + name, name: name, location: location, sharedKeys: sharedKeys}
	}
	return inventory{
		groups:   []string{WatcherGroup, ResourceGroup},
		watchers: []*watcher{newWatcher(NetworkWatcher, Location), newWatcher(OtherNetworkWatcher, OtherLocation)},
		machines: []*machine{
			vm("vm-linux", func(*machine) {}),
			vm("vm-windows", func(m *machine) { m.linux = false }),
			vm("vm-no-agent", func(m *machine) { m.hasAgent = false }),
			vm("vm-stopped", func(m *machine) { m.running = false }),
			vm("vm-northeurope", func(m *machine) { m.location = OtherLocation }),
			scaleSet("vmss-linux", true),
			scaleSet("vmss-windows", false),
		},
		accounts: []*account{
			newAccount("tapcaptures", Location, true),
			newAccount("tapnosharedkeys", Location, false),
			newAccount("tapnortheurope", OtherLocation, true),
		},
		firewalls: azurefirewall.New(subscription+"/resourceGroups/"+ResourceGroup, switches, uploads),
		gateways:  vpngateway.New(subscription+"/resourceGroups/"+ResourceGroup, switches, uploads),
	}
}

func newETag() string { return `W/"` + uuid.NewString() + `"` }

func (i *inventory) machineByID(id string) *machine {
	return find(i.machines, func(m *machine) bool { return strings.EqualFold(m.id, id) })
}

func (i *inventory) accountByID(id string) *account {
	return find(i.accounts, func(a *account) bool { return strings.EqualFold(a.id, id) })
}

func (i *inventory) hasGroup(name string) bool {
	return slices.ContainsFunc(i.groups, func(group string) bool { return strings.EqualFold(group, name) })
}

func find[T any](items []*T, matches func(*T) bool) *T {
	if index := slices.IndexFunc(items, matches); index >= 0 {
		return items[index]
	}
	return nil
}

// Seeded holds the ids of the objects that a configuration can refer to.
type Seeded struct {
	SubscriptionID, Location                  string
	NetworkWatcherID, OtherNetworkWatcherID   string
	VMID, WindowsVMID, VMSSID, WindowsVMSSID  string
	VMWithoutAgentID, StoppedVMID, OtherVMID  string
	StorageAccountID, StorageWithoutSharedKey string
	OtherStorageAccountID                     string

	FirewallID, BasicFirewallID, FirewallWithoutManagementID string
	// VPNGatewayID is of an active-active gateway, whose first connection is
	// VPNConnectionID; SingleVPNGatewayID has one instance.
	VPNGatewayID, VPNConnectionID, SingleVPNGatewayID, SingleVPNConnectionID string
	PolicyBasedVPNGatewayID, ExpressRouteGatewayID                           string
	// VirtualWANConnectionID has the links link-fibre and link-mobile.
	VirtualWANGatewayID, VirtualWANConnectionID string
}

// Seeded returns the ids of the seeded objects, whether or not they still exist.
func (s *Service) Seeded() Seeded {
	fresh := newInventory(s.subscriptionID, s.switches, noStorage{})
	vpn, wan := fresh.gateways.VirtualNetwork, fresh.gateways.VirtualWAN
	return Seeded{
		SubscriptionID: s.subscriptionID, Location: Location,
		NetworkWatcherID: fresh.watchers[0].id, OtherNetworkWatcherID: fresh.watchers[1].id,
		VMID: fresh.machines[0].id, WindowsVMID: fresh.machines[1].id,
		VMWithoutAgentID: fresh.machines[2].id, StoppedVMID: fresh.machines[3].id, OtherVMID: fresh.machines[4].id,
		VMSSID: fresh.machines[5].id, WindowsVMSSID: fresh.machines[6].id,
		StorageAccountID: fresh.accounts[0].id, StorageWithoutSharedKey: fresh.accounts[1].id,
		OtherStorageAccountID: fresh.accounts[2].id,

		FirewallID: fresh.firewalls[0].ID, BasicFirewallID: fresh.firewalls[1].ID, FirewallWithoutManagementID: fresh.firewalls[2].ID,
		VPNGatewayID: vpn[0].ID, VPNConnectionID: vpn[0].Connections[0].ID, SingleVPNGatewayID: vpn[1].ID, SingleVPNConnectionID: vpn[1].Connections[0].ID,
		PolicyBasedVPNGatewayID: vpn[2].ID, ExpressRouteGatewayID: vpn[3].ID,
		VirtualWANGatewayID: wan[0].ID, VirtualWANConnectionID: wan[0].Connections[0].ID,
	}
}

// Env returns the variables that point the provider at the service and name
// the seeded objects; url is the service's origin.
func (s *Service) Env(url string) []simcore.EnvVar {
	seeded := s.Seeded()
	return []simcore.EnvVar{
		{Name: "CLOUDTAP_AZURE_RESOURCE_MANAGER_ENDPOINT", Value: url},
		{Name: "ARM_SUBSCRIPTION_ID", Value: seeded.SubscriptionID},
		{Name: "CLOUDTAP_SIM_SUBSCRIPTION_ID", Value: seeded.SubscriptionID},
		{Name: "CLOUDTAP_SIM_LOCATION", Value: seeded.Location},
		{Name: "CLOUDTAP_SIM_NETWORK_WATCHER_ID", Value: seeded.NetworkWatcherID},
		{Name: "CLOUDTAP_SIM_OTHER_NETWORK_WATCHER_ID", Value: seeded.OtherNetworkWatcherID},
		{Name: "CLOUDTAP_SIM_VM_ID", Value: seeded.VMID},
		{Name: "CLOUDTAP_SIM_WINDOWS_VM_ID", Value: seeded.WindowsVMID},
		{Name: "CLOUDTAP_SIM_VM_WITHOUT_AGENT_ID", Value: seeded.VMWithoutAgentID},
		{Name: "CLOUDTAP_SIM_STOPPED_VM_ID", Value: seeded.StoppedVMID},
		{Name: "CLOUDTAP_SIM_OTHER_VM_ID", Value: seeded.OtherVMID},
		{Name: "CLOUDTAP_SIM_VMSS_ID", Value: seeded.VMSSID},
		{Name: "CLOUDTAP_SIM_WINDOWS_VMSS_ID", Value: seeded.WindowsVMSSID},
		{Name: "CLOUDTAP_SIM_STORAGE_ACCOUNT_ID", Value: seeded.StorageAccountID},
		{Name: "CLOUDTAP_SIM_STORAGE_ACCOUNT_WITHOUT_SHARED_KEY_ID", Value: seeded.StorageWithoutSharedKey},
		{Name: "CLOUDTAP_SIM_OTHER_STORAGE_ACCOUNT_ID", Value: seeded.OtherStorageAccountID},
		{Name: "CLOUDTAP_SIM_FIREWALL_ID", Value: seeded.FirewallID},
		{Name: "CLOUDTAP_SIM_BASIC_FIREWALL_ID", Value: seeded.BasicFirewallID},
		{Name: "CLOUDTAP_SIM_FIREWALL_WITHOUT_MANAGEMENT_ID", Value: seeded.FirewallWithoutManagementID},
		{Name: "CLOUDTAP_SIM_VPN_GATEWAY_ID", Value: seeded.VPNGatewayID},
		{Name: "CLOUDTAP_SIM_VPN_CONNECTION_ID", Value: seeded.VPNConnectionID},
		{Name: "CLOUDTAP_SIM_SINGLE_VPN_GATEWAY_ID", Value: seeded.SingleVPNGatewayID},
		{Name: "CLOUDTAP_SIM_SINGLE_VPN_CONNECTION_ID", Value: seeded.SingleVPNConnectionID},
		{Name: "CLOUDTAP_SIM_POLICY_BASED_VPN_GATEWAY_ID", Value: seeded.PolicyBasedVPNGatewayID},
		{Name: "CLOUDTAP_SIM_EXPRESS_ROUTE_GATEWAY_ID", Value: seeded.ExpressRouteGatewayID},
		{Name: "CLOUDTAP_SIM_VIRTUAL_WAN_GATEWAY_ID", Value: seeded.VirtualWANGatewayID},
		{Name: "CLOUDTAP_SIM_VIRTUAL_WAN_CONNECTION_ID", Value: seeded.VirtualWANConnectionID},
	}
}
