package catalogue

import "strings"

// Metadata is an answer of /metadata/endpoints since 2022-09-01. From 2019-05-01
// until then it was a list of such.
//
// Source: https://management.azure.com/metadata/endpoints?api-version=2022-09-01
type Metadata struct {
	Portal            string            `json:"portal"`
	Authentication    Authentication    `json:"authentication"`
	Media             string            `json:"media"`
	GraphAudience     string            `json:"graphAudience"`
	Graph             string            `json:"graph"`
	Name              string            `json:"name"`
	Suffixes          map[string]string `json:"suffixes"`
	Batch             string            `json:"batch"`
	ResourceManager   string            `json:"resourceManager"`
	VMImageAliases    string            `json:"vmImageAliasDoc"`
	DataLake          string            `json:"activeDirectoryDataLake"`
	SQLManagement     string            `json:"sqlManagement"`
	MicrosoftGraph    string            `json:"microsoftGraphResourceId"`
	AppInsights       string            `json:"appInsightsResourceId"`
	AppInsightsUpload string            `json:"appInsightsTelemetryChannelResourceId"`
	Attestation       string            `json:"attestationResourceId"`
	Synapse           string            `json:"synapseAnalyticsResourceId"`
	LogAnalytics      string            `json:"logAnalyticsResourceId"`
	OpenDatabases     string            `json:"ossrDbmsResourceId"`
}

// EarlyMetadata is an answer of api-versions 2015-01-01 and 1.0, which the
// first clients and Azure Stack ask with; 2018-01-01 adds what is omitted when
// it is empty, and clients read the locations there.
//
// Source: https://management.azure.com/metadata/endpoints?api-version=2018-01-01
type EarlyMetadata struct {
	Gallery        string                   `json:"galleryEndpoint"`
	Graph          string                   `json:"graphEndpoint"`
	Portal         string                   `json:"portalEndpoint"`
	GraphAudience  string                   `json:"graphAudience,omitempty"`
	Authentication Authentication           `json:"authentication"`
	Clouds         map[string]CloudEndpoint `json:"cloudEndpoint,omitempty"`
}

// CloudEndpoint is a cloud: the host of its Resource Manager, and its locations.
type CloudEndpoint struct {
	Endpoint  string   `json:"endpoint"`
	Locations []string `json:"locations"`
}

// Authentication says how clients sign in; the first api-versions do not tell
// the tenant and the identity provider.
type Authentication struct {
	LoginEndpoint    string   `json:"loginEndpoint"`
	Audiences        []string `json:"audiences"`
	Tenant           string   `json:"tenant,omitempty"`
	IdentityProvider string   `json:"identityProvider,omitempty"`
}

// Early returns the same as the first api-versions tell it.
func (m Metadata) Early() EarlyMetadata {
	return EarlyMetadata{
		Gallery: "https://gallery.azure.com/", Graph: m.Graph, Portal: m.Portal + "/",
		Authentication: Authentication{LoginEndpoint: m.Authentication.LoginEndpoint + "/", Audiences: m.Authentication.Audiences},
	}
}

// WithLocations returns the same as 2018-01-01 tells it.
func (m Metadata) WithLocations(locations []string) EarlyMetadata {
	early := m.Early()
	early.GraphAudience = m.GraphAudience
	early.Authentication.Tenant, early.Authentication.IdentityProvider = m.Authentication.Tenant, m.Authentication.IdentityProvider
	host := strings.TrimSuffix(strings.TrimPrefix(m.ResourceManager, "https://"), "/")
	early.Clouds = map[string]CloudEndpoint{"public": {Endpoint: host, Locations: locations}}
	return early
}

// MetadataOf returns the metadata of a cloud whose services are at the given
// origins; what is not simulated is that of the public cloud.
func MetadataOf(login, resourceManager, logAnalytics string) Metadata {
	return Metadata{
		Portal: "https://portal.azure.com",
		Authentication: Authentication{
			LoginEndpoint: strings.TrimSuffix(login, "/"),
			Audiences:     []string{"https://management.core.windows.net/", "https://management.azure.com/"},
			Tenant:        "common", IdentityProvider: "AAD",
		},
		Media: "https://rest.media.azure.net", GraphAudience: "https://graph.windows.net/", Graph: "https://graph.windows.net/", Name: "AzureCloud",
		Suffixes: map[string]string{
			"storage": "core.windows.net", "keyVaultDns": "vault.azure.net", "mhsmDns": "managedhsm.azure.net",
			"sqlServerHostname": "database.windows.net", "acrLoginServer": "azurecr.io",
			"azureFrontDoorEndpointSuffix": "azurefd.net", "storageSyncEndpointSuffix": "afs.azure.net",
			"mysqlServerEndpoint": "mysql.database.azure.com", "postgresqlServerEndpoint": "postgres.database.azure.com",
			"mariadbServerEndpoint": "mariadb.database.azure.com", "synapseAnalytics": "dev.azuresynapse.net",
			"attestationEndpoint": "attest.azure.net", "azureDataLakeStoreFileSystem": "azuredatalakestore.net",
			"azureDataLakeAnalyticsCatalogAndJob": "azuredatalakeanalytics.net",
		},
		Batch: "https://batch.core.windows.net/", ResourceManager: resourceManager,
		VMImageAliases: "https://raw.githubusercontent.com/Azure/azure-rest-api-specs/master/arm-compute/quickstart-templates/aliases.json",
		DataLake:       "https://datalake.azure.net/", SQLManagement: "https://management.core.windows.net:8443/",
		MicrosoftGraph: "https://graph.microsoft.com/",
		AppInsights:    "https://api.applicationinsights.io", AppInsightsUpload: "https://dc.applicationinsights.azure.com/v2/track",
		Attestation: "https://attest.azure.net", Synapse: "https://dev.azuresynapse.net",
		LogAnalytics: logAnalytics, OpenDatabases: "https://ossrdbms-aad.database.windows.net",
	}
}
