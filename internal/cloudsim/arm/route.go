package arm

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm/catalogue"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// The vendor's operation ids, as the journal and faults name them.
const (
	PacketCapturesCreate    = "PacketCaptures_Create"
	PacketCapturesGet       = "PacketCaptures_Get"
	PacketCapturesList      = "PacketCaptures_List"
	PacketCapturesGetStatus = "PacketCaptures_GetStatus"
	PacketCapturesStop      = "PacketCaptures_Stop"
	PacketCapturesDelete    = "PacketCaptures_Delete"
	OperationsGet           = "Operations_Get"
	OperationResultsGet     = "OperationResults_Get"
	NetworkWatchersGet      = "NetworkWatchers_Get"
	NetworkWatchersList     = "NetworkWatchers_List"
	NetworkWatchersListAll  = "NetworkWatchers_ListAll"

	// MetadataEndpoints has no name of the vendor's.
	MetadataEndpoints = "Metadata_ListEndpoints"
)

const (
	watchersPath = "subscriptions/{subscription}/resourcegroups/{group}/providers/microsoft.network/networkwatchers"
	watcherPath  = watchersPath + "/{watcher}"
	capturesPath = watcherPath + "/packetcaptures"
	capturePath  = capturesPath + "/{capture}"
	locationPath = "subscriptions/{subscription}/providers/microsoft.network/locations/{location}"

	subscriptionPath = "subscriptions/{subscription}"
	groupPath        = subscriptionPath + "/resourcegroups/{group}"
	providerPath     = subscriptionPath + "/providers/{namespace}"
	computePath      = "/providers/microsoft.compute/"
	machinesPath     = groupPath + computePath + "virtualmachines"
	scaleSetsPath    = groupPath + computePath + "virtualmachinescalesets"
	machinePath      = machinesPath + "/{machine}"
	scaleSetPath     = scaleSetsPath + "/{scaleset}"
	instancePath     = scaleSetPath + "/virtualmachines/{instance}"
)

type handler func(*Service, *call) *refusal

// route is an operation; since is the first api-version that has it, if not all do.
type route struct {
	method, path, name string
	handle             handler
	since              string
}

var watcherRoutes = []route{
	{http.MethodPut, capturePath, PacketCapturesCreate, (*Service).createCapture, ""},
	{http.MethodGet, capturePath, PacketCapturesGet, (*Service).getCapture, ""},
	{http.MethodDelete, capturePath, PacketCapturesDelete, (*Service).deleteCapture, ""},
	{http.MethodGet, capturesPath, PacketCapturesList, (*Service).listCaptures, ""},
	{http.MethodPost, capturePath + "/querystatus", PacketCapturesGetStatus, (*Service).queryStatus, ""},
	{http.MethodPost, capturePath + "/stop", PacketCapturesStop, (*Service).stopCapture, ""},
	{http.MethodGet, locationPath + "/operations/{operation}", OperationsGet, (*Service).getOperation, ""},
	{http.MethodGet, locationPath + "/operationresults/{operation}", OperationResultsGet, (*Service).getOperationResult, ""},
	{http.MethodGet, watcherPath, NetworkWatchersGet, (*Service).getWatcher, ""},
	{http.MethodGet, watchersPath, NetworkWatchersList, (*Service).listWatchers, ""},
	{http.MethodGet, "subscriptions/{subscription}/providers/microsoft.network/networkwatchers", NetworkWatchersListAll, (*Service).listAllWatchers, ""},
}

var resourceRoutes = []route{
	{http.MethodGet, metadataPath, MetadataEndpoints, (*Service).getMetadata, ""},
	{http.MethodGet, "tenants", "Tenants_List", (*Service).listTenants, ""},
	{http.MethodGet, "subscriptions", "Subscriptions_List", (*Service).listSubscriptions, ""},
	{http.MethodGet, subscriptionPath, "Subscriptions_Get", (*Service).getSubscription, ""},
	{http.MethodGet, subscriptionPath + "/locations", "Subscriptions_ListLocations", (*Service).listLocations, ""},
	{http.MethodGet, subscriptionPath + "/resourcegroups", "ResourceGroups_List", (*Service).listGroups, ""},
	{http.MethodGet, groupPath, "ResourceGroups_Get", (*Service).getGroup, ""},
	{http.MethodHead, groupPath, "ResourceGroups_CheckExistence", (*Service).checkGroup, ""},
	{http.MethodGet, subscriptionPath + "/resources", "Resources_List", (*Service).listResources, ""},
	{http.MethodGet, groupPath + "/resources", "Resources_ListByResourceGroup", (*Service).listResources, ""},
	{http.MethodGet, "providers", "Providers_ListAtTenantScope", (*Service).listProviders, ""},
	{http.MethodGet, "providers/{namespace}", "Providers_GetAtTenantScope", withProvider((*catalogue.Registrations).State), ""},
	{http.MethodGet, subscriptionPath + "/providers", "Providers_List", (*Service).listProviders, ""},
	{http.MethodGet, providerPath, "Providers_Get", withProvider((*catalogue.Registrations).State), ""},
	{http.MethodPost, providerPath + "/register", "Providers_Register", withProvider((*catalogue.Registrations).Register), ""},
	{http.MethodPost, providerPath + "/unregister", "Providers_Unregister", (*Service).unregisterProvider, ""},
	{http.MethodGet, subscriptionPath + computePath + "virtualmachines", "VirtualMachines_ListAll", listMachines(false), ""},
	{http.MethodGet, machinesPath, "VirtualMachines_List", listMachines(false), ""},
	{http.MethodGet, machinePath, "VirtualMachines_Get", getMachine, ""},
	{http.MethodGet, machinePath + "/instanceview", "VirtualMachines_InstanceView", getView, ""},
	{http.MethodGet, machinePath + "/extensions", "VirtualMachineExtensions_List", (*Service).listExtensions, ""},
	{http.MethodGet, machinePath + "/extensions/{extension}", "VirtualMachineExtensions_Get", (*Service).getExtension, ""},
	{http.MethodGet, subscriptionPath + computePath + "virtualmachinescalesets", "VirtualMachineScaleSets_ListAll", listMachines(true), ""},
	{http.MethodGet, scaleSetsPath, "VirtualMachineScaleSets_List", listMachines(true), ""},
	{http.MethodGet, scaleSetPath, "VirtualMachineScaleSets_Get", getMachine, ""},
	{http.MethodGet, scaleSetPath + "/extensions", "VirtualMachineScaleSetExtensions_List", (*Service).listExtensions, ""},
	{http.MethodGet, scaleSetPath + "/extensions/{extension}", "VirtualMachineScaleSetExtensions_Get", (*Service).getExtension, ""},
	{http.MethodGet, scaleSetPath + "/virtualmachines", "VirtualMachineScaleSetVMs_List", listInstances, ""},
	{http.MethodGet, instancePath, "VirtualMachineScaleSetVMs_Get", (*Service).getInstance, ""},
	{http.MethodGet, instancePath + "/extensions", "VirtualMachineScaleSetVMExtensions_List", (*Service).listExtensions, ""},
	{http.MethodGet, instancePath + "/extensions/{extension}", "VirtualMachineScaleSetVMExtensions_Get", (*Service).getExtension, ""},
}

// inventoryRoutes are reads of what captures and queries refer to.
var inventoryRoutes = slices.Concat(
	readRoutes(catalogue.TypeAccount, [3]string{"StorageAccounts_GetProperties", "StorageAccounts_ListByResourceGroup", "StorageAccounts_List"}),
	readRoutes(catalogue.TypeWorkspace, [3]string{"Workspaces_Get", "Workspaces_ListByResourceGroup", "Workspaces_List"}),
	readRoutes("Microsoft.Network/azureFirewalls", [3]string{"", "AzureFirewalls_List", "AzureFirewalls_ListAll"}),
	readRoutes("Microsoft.Network/virtualNetworkGateways", [3]string{"", "VirtualNetworkGateways_List", ""}),
	readRoutes("Microsoft.Network/connections", [3]string{"", "VirtualNetworkGatewayConnections_List", ""}),
	readRoutes("Microsoft.Network/vpnGateways", [3]string{"", "VpnGateways_ListByResourceGroup", "VpnGateways_List"}),
	[]route{{http.MethodGet, wanGatewayPath + "/vpnconnections", "VpnConnections_ListByVpnGateway", (*Service).listWANConnections, ""}},
)

// readRoutes are the read of one, the list of a group and that of the
// subscription; those without a name are served elsewhere, or there are none.
func readRoutes(kind string, names [3]string) []route {
	below := "/providers/" + strings.ToLower(kind)
	all := []route{
		{http.MethodGet, groupPath + below + "/{name}", names[0], getOf(kind), ""},
		{http.MethodGet, groupPath + below, names[1], listOf(kind), ""},
		{http.MethodGet, subscriptionPath + below, names[2], listOf(kind), ""},
	}
	return slices.DeleteFunc(all, func(r route) bool { return r.name == "" })
}

// metadataPath is the only one that needs no token.
const metadataPath = "metadata/endpoints"

// Operations implements simcore.Service.
func (s *Service) Operations() []string {
	names := make([]string, 0, len(s.routes))
	for _, route := range s.routes {
		names = append(names, route.name)
	}
	return names
}

// LongRunning implements simcore.LongRunner: every operation on a capture that
// does not only read.
func (s *Service) LongRunning() []string {
	var names []string
	for _, route := range slices.Concat(watcherRoutes, firewallRoutes, gatewayRoutes) {
		if route.method != http.MethodGet {
			names = append(names, route.name)
		}
	}
	return names
}

// Route implements simcore.Service. It matches fixed segments in any casing,
// as Resource Manager does.
func (s *Service) Route(r *http.Request) simcore.Operation {
	var allowed []string
	for _, route := range s.routes {
		parameters, ok := match(route.path, r.URL.EscapedPath())
		if !ok || r.URL.Query().Get("api-version") < route.since {
			continue
		}
		if route.method != r.Method {
			allowed = append(allowed, route.method)
			continue
		}
		return simcore.Operation{Name: route.name, Handle: s.entry(parameters, route.handle)}
	}
	return simcore.Operation{Handle: s.entry(scopeOfPath(r), func(s *Service, c *call) *refusal {
		if len(allowed) > 0 {
			c.w.Header().Set("Allow", strings.Join(allowed, ", "))
			return refuse(http.StatusMethodNotAllowed, "MethodNotAllowed", "The requested resource does not support http method '%s'.", c.r.Method)
		}
		return unknownPath(s, c)
	})}
}

// match compares an escaped path with a pattern and returns the parameters
// unescaped.
func match(pattern, escapedPath string) (map[string]string, bool) {
	want := strings.Split(pattern, "/")
	got := strings.Split(strings.Trim(escapedPath, "/"), "/")
	if len(want) != len(got) {
		return nil, false
	}
	parameters := map[string]string{}
	for i, segment := range got {
		text, err := url.PathUnescape(segment)
		if err != nil || text == "" {
			return nil, false
		}
		if strings.HasPrefix(want[i], "{") {
			parameters[strings.Trim(want[i], "{}")] = text
		} else if !strings.EqualFold(want[i], text) {
			return nil, false
		}
	}
	return parameters, true
}
