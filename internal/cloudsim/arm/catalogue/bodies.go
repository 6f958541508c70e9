package catalogue

// List is an answer with several resources.
type List[T any] struct {
	Value []T `json:"value"`
	// NextLink is the address of the next page, if there is one.
	NextLink string `json:"nextLink,omitempty"`
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
