// Package catalogue is what Resource Manager knows of namespaces, types and
// api-versions, and the bodies of resources that are only read.
package catalogue

import (
	"net/http"
	"slices"
	"strings"
)

// Asked is what a path names: after its last "providers" a namespace and then
// every other segment a type. Resource Manager's own paths have no type.
type Asked struct{ Namespace, Type string }

// AskedBy returns what a request names.
func AskedBy(r *http.Request) Asked {
	segments := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	at := len(segments) - 2
	for at >= 0 && !strings.EqualFold(segments[at], "providers") {
		at--
	}
	if at < 0 {
		return Asked{}
	}
	return Asked{segments[at+1], typeOf(r.Method, segments[at+2:])}
}

// WithAction is AskedBy with the action of a POST as if it were a type.
func WithAction(r *http.Request) Asked {
	asked := r.Clone(r.Context())
	asked.Method = http.MethodGet
	return AskedBy(asked)
}

// typeOf joins the types of a path below its namespace.
func typeOf(method string, below []string) string {
	if method == http.MethodPost && len(below)%2 == 1 && (len(below) > 1 || isOwnAction(below[0])) {
		// The last one is an action on a resource, or Resource Manager's own.
		below = below[:len(below)-1]
	}
	var types []string
	for i := 0; i < len(below); i += 2 {
		types = append(types, below[i])
	}
	return strings.Join(types, "/")
}

// isOwnAction tells what Resource Manager itself does with a namespace; what else
// is posted to one, such as checkNameAvailability, is a type of it.
func isOwnAction(name string) bool {
	return strings.EqualFold(name, "register") || strings.EqualFold(name, "unregister")
}

// TypeOfPattern returns the type that a route's pattern carries in a
// namespace, or "". The pattern is in lower case.
func TypeOfPattern(method, pattern, namespace string) string {
	_, below, found := strings.Cut(pattern, "/providers/"+strings.ToLower(namespace)+"/")
	if !found {
		return ""
	}
	return typeOf(method, strings.Split(below, "/"))
}

// Versions returns the api-versions that carry what is asked for, oldest first;
// nil if the simulation serves nothing of that namespace.
func (a Asked) Versions() []string {
	switch {
	case a.Type == "":
		return resourcesVersions
	case strings.EqualFold(a.Namespace, "Microsoft.Network"):
		return networkVersions
	case strings.EqualFold(a.Namespace, "Microsoft.Compute"):
		return computeVersions
	case strings.EqualFold(a.Namespace, "Microsoft.Storage"):
		return storageVersions
	case strings.EqualFold(a.Namespace, "Microsoft.OperationalInsights"):
		return workspaceVersions
	}
	return nil
}

// Find returns a registered namespace as it is spelled, or "".
func Find(namespace string) string {
	at := slices.IndexFunc(Namespaces, func(name string) bool { return strings.EqualFold(name, namespace) })
	if at < 0 {
		return ""
	}
	return Namespaces[at]
}

// Namespaces are the resource providers that a subscription can use, as Resource
// Manager spells them: azurerm compares them in this casing. Registrations says
// which are registered.
var Namespaces = []string{
	"GitHub.Network", "Microsoft.AlertsManagement",
	"Microsoft.ApiManagement", "Microsoft.App", "Microsoft.AppConfiguration", "Microsoft.AppPlatform", "Microsoft.Attestation",
	"Microsoft.Authorization", "Microsoft.Automation", "Microsoft.AVS", "Microsoft.AzureStackHCI", "Microsoft.Batch", "Microsoft.Blueprint", "Microsoft.BotService",
	"Microsoft.Cache", "Microsoft.Cdn", "Microsoft.CognitiveServices", "Microsoft.Communication", "Microsoft.Compute",
	"Microsoft.ContainerInstance", "Microsoft.ContainerRegistry", "Microsoft.ContainerService", "Microsoft.CostManagement",
	"Microsoft.CustomProviders", "Microsoft.Dashboard", "Microsoft.Databricks", "Microsoft.DataFactory", "Microsoft.DataLakeAnalytics",
	"Microsoft.DataLakeStore", "Microsoft.DataMigration", "Microsoft.DataProtection", "Microsoft.DBforMariaDB", "Microsoft.DBforMySQL",
	"Microsoft.DBforPostgreSQL", "Microsoft.DesktopVirtualization", "Microsoft.Devices", "Microsoft.DevTestLab", "Microsoft.DocumentDB",
	"Microsoft.EventGrid", "Microsoft.EventHub", "Microsoft.GuestConfiguration", "Microsoft.HDInsight", "Microsoft.HealthcareApis",
	"microsoft.insights", "Microsoft.IoTCentral", "Microsoft.KeyVault", "Microsoft.Kusto", "Microsoft.Logic", "Microsoft.MachineLearningServices",
	"Microsoft.Maintenance", "Microsoft.ManagedIdentity", "Microsoft.ManagedServices", "Microsoft.Management", "Microsoft.Maps",
	"Microsoft.MarketplaceOrdering", "Microsoft.Media", "Microsoft.MixedReality", "Microsoft.Monitor", "Microsoft.Network",
	"Microsoft.NotificationHubs", "Microsoft.OperationalInsights", "Microsoft.OperationsManagement", "Microsoft.PolicyInsights",
	"Microsoft.PowerBIDedicated", "Microsoft.Purview", "Microsoft.RecoveryServices", "Microsoft.Relay", "Microsoft.Resources",
	"Microsoft.Search", "Microsoft.Security", "Microsoft.SecurityInsights", "Microsoft.ServiceBus", "Microsoft.ServiceFabric",
	"Microsoft.ServiceFabricManagedCluster", "Microsoft.SignalRService", "Microsoft.Sql", "Microsoft.Storage", "Microsoft.StreamAnalytics",
	"Microsoft.TimeSeriesInsights", "Microsoft.Web", "Microsoft.Workloads",
}
