package catalogue

// List is an answer with several resources.
type List[T any] struct {
	Value []T `json:"value"`
	// NextLink is the address of the next page, if there is one.
	NextLink string `json:"nextLink,omitempty"`
}

// Metadata is an answer of /metadata/endpoints since 2022-09-01; before
// that it was a list of such.
//
// Source: https://management.azure.com/metadata/endpoints?api-version=2022-09-01
type Metadata struct {
	Portal          string            `json:"portal"`
	Authentication  Authentication    `json:"authentication"`
	GraphAudience   string            `json:"graphAudience"`
	Graph           string            `json:"graph"`
	Name            string            `json:"name"`
	Suffixes        map[string]string `json:"suffixes"`
	Batch           string            `json:"batch"`
	ResourceManager string            `json:"resourceManager"`
	MicrosoftGraph  string            `json:"microsoftGraphResourceId"`
	LogAnalytics    string            `json:"logAnalyticsResourceId"`
}

// EarlyMetadata is an answer of api-versions 2015-01-01 and 1.0, which the
// first clients and Azure Stack ask with.
//
// Source: https://management.azure.com/metadata/endpoints?api-version=2015-01-01
type EarlyMetadata struct {
	Gallery        string              `json:"galleryEndpoint"`
	Graph          string              `json:"graphEndpoint"`
	Portal         string              `json:"portalEndpoint"`
	Authentication EarlyAuthentication `json:"authentication"`
}

// EarlyAuthentication says how clients sign in.
type EarlyAuthentication struct {
	LoginEndpoint string   `json:"loginEndpoint"`
	Audiences     []string `json:"audiences"`
}

// Early returns the same as the first api-versions tell it.
func (m Metadata) Early() EarlyMetadata {
	return EarlyMetadata{
		Gallery: "https://gallery.azure.com/", Graph: m.Graph, Portal: m.Portal + "/",
		Authentication: EarlyAuthentication{LoginEndpoint: m.Authentication.LoginEndpoint, Audiences: m.Authentication.Audiences},
	}
}

// Authentication says how clients sign in.
type Authentication struct {
	LoginEndpoint    string   `json:"loginEndpoint"`
	Audiences        []string `json:"audiences"`
	Tenant           string   `json:"tenant"`
	IdentityProvider string   `json:"identityProvider"`
}

// MetadataOf returns the metadata of a cloud whose services are at the given
// origins.
func MetadataOf(login, resourceManager, logAnalytics string) Metadata {
	return Metadata{
		Portal: "https://portal.azure.com", GraphAudience: "https://graph.windows.net/", Graph: "https://graph.windows.net/",
		Authentication: Authentication{
			LoginEndpoint: login,
			Audiences:     []string{"https://management.core.windows.net/", "https://management.azure.com/"},
			Tenant:        "common", IdentityProvider: "AAD",
		},
		Name: "AzureCloud",
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
		MicrosoftGraph: "https://graph.microsoft.com/", LogAnalytics: logAnalytics,
	}
}

// Subscription is Subscription of the published definitions, 2022-12-01.
type Subscription struct {
	ID                   string            `json:"id"`
	AuthorizationSource  string            `json:"authorizationSource"`
	ManagedByTenants     []struct{}        `json:"managedByTenants"`
	SubscriptionID       string            `json:"subscriptionId"`
	TenantID             string            `json:"tenantId"`
	DisplayName          string            `json:"displayName"`
	State                string            `json:"state"`
	SubscriptionPolicies map[string]string `json:"subscriptionPolicies"`
}

// Tenant is TenantIdDescription of the published definitions.
type Tenant struct {
	ID             string   `json:"id"`
	TenantID       string   `json:"tenantId"`
	TenantCategory string   `json:"tenantCategory"`
	DisplayName    string   `json:"displayName"`
	DefaultDomain  string   `json:"defaultDomain"`
	Domains        []string `json:"domains"`
	TenantType     string   `json:"tenantType"`
}

// Location is Location of the published definitions.
type Location struct {
	ID                  string            `json:"id"`
	Name                string            `json:"name"`
	Type                string            `json:"type"`
	DisplayName         string            `json:"displayName"`
	RegionalDisplayName string            `json:"regionalDisplayName"`
	Metadata            map[string]string `json:"metadata"`
}

// Group is ResourceGroup of the published definitions.
type Group struct {
	ID         string            `json:"id"`
	Name       string            `json:"name"`
	Type       string            `json:"type"`
	Location   string            `json:"location"`
	Properties map[string]string `json:"properties"`
}

// Provider is Provider of the published definitions.
type Provider struct {
	ID                 string         `json:"id"`
	Namespace          string         `json:"namespace"`
	RegistrationPolicy string         `json:"registrationPolicy,omitempty"`
	RegistrationState  string         `json:"registrationState,omitempty"`
	ResourceTypes      []ProviderType `json:"resourceTypes"`
}

// ProviderType is a type of a Provider.
type ProviderType struct {
	ResourceType string   `json:"resourceType"`
	Locations    []string `json:"locations"`
	APIVersions  []string `json:"apiVersions"`
	Capabilities string   `json:"capabilities"`
}
