package catalogue

import "path"

// Account holds the members of StorageAccount of the published definitions that
// clients of captures look at.
type Account struct {
	Generic

	Kind       string            `json:"kind"`
	SKU        map[string]string `json:"sku"`
	Properties AccountProperties `json:"properties"`
}

// AccountProperties are the properties of an Account.
type AccountProperties struct {
	ProvisioningState string            `json:"provisioningState"`
	PrimaryLocation   string            `json:"primaryLocation"`
	StatusOfPrimary   string            `json:"statusOfPrimary"`
	PrimaryEndpoints  map[string]string `json:"primaryEndpoints"`
	SharedKeyAccess   bool              `json:"allowSharedKeyAccess"`
	HTTPSOnly         bool              `json:"supportsHttpsTrafficOnly"`
}

// AccountOf describes a storage account.
func AccountOf(id, location string, sharedKeys bool) Account {
	return Account{GenericOf(id, location), "StorageV2", map[string]string{"name": "Standard_LRS", "tier": "Standard"}, AccountProperties{
		ProvisioningState: succeeded, PrimaryLocation: location, StatusOfPrimary: "available", SharedKeyAccess: sharedKeys, HTTPSOnly: true,
		PrimaryEndpoints: map[string]string{"blob": "https://" + path.Base(id) + ".blob.core.windows.net/"},
	}}
}

// Workspace holds the members of Workspace of the published definitions that
// clients of logs look at.
type Workspace struct {
	Generic

	Properties WorkspaceProperties `json:"properties"`
}

// WorkspaceProperties are the properties of a Workspace.
type WorkspaceProperties struct {
	CustomerID        string            `json:"customerId"`
	ProvisioningState string            `json:"provisioningState"`
	SKU               map[string]string `json:"sku"`
	RetentionInDays   int               `json:"retentionInDays"`
}

// WorkspaceOf describes a workspace whose id for queries is customerID.
func WorkspaceOf(id, location, customerID string) Workspace {
	return Workspace{GenericOf(id, location), WorkspaceProperties{customerID, succeeded, map[string]string{"name": "PerGB2018"}, 30}}
}
