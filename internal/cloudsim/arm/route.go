package arm

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

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
)

const (
	watchersPath = "subscriptions/{subscription}/resourcegroups/{group}/providers/microsoft.network/networkwatchers"
	watcherPath  = watchersPath + "/{watcher}"
	capturesPath = watcherPath + "/packetcaptures"
	capturePath  = capturesPath + "/{capture}"
	locationPath = "subscriptions/{subscription}/providers/microsoft.network/locations/{location}"
)

type handler func(*Service, *call) *refusal

// route is an operation; since is the first api-version that has it, if not all do.
type route struct {
	method, path, name string
	handle             handler
	since              string
}

var routes = slices.Concat(watcherRoutes, firewallRoutes, gatewayRoutes)

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

// Route implements simcore.Service. It matches fixed segments in any casing,
// as Resource Manager does.
func (s *Service) Route(r *http.Request) simcore.Operation {
	var allowed []string
	for _, route := range routes {
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
	return simcore.Operation{Handle: s.entry(nil, func(_ *Service, c *call) *refusal {
		if len(allowed) > 0 {
			c.w.Header().Set("Allow", strings.Join(allowed, ", "))
			return refuse(http.StatusMethodNotAllowed, "MethodNotAllowed", "The requested resource does not support http method '%s'.", c.r.Method)
		}
		return gatewayRefusal(http.StatusNotFound, "InvalidResourceType", "The resource type could not be found in the namespace 'Microsoft.Network' for api version '%s'.", c.version)
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
