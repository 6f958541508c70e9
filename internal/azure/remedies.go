package azure

import (
	"net/http"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
)

// remedies returns what certainly helps, by error code.
//
// Sources: https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors
// and https://learn.microsoft.com/entra/identity-platform/reference-error-codes
func remedies(details failure.Details) []string {
	switch details.Code {
	case "AuthorizationFailed", "LinkedAuthorizationFailed":
		return []string{"Give the identity that runs this a role with the action that the message names; Network Contributor on the network watcher's resource group, and read access to target and storage account, are enough for packet captures. New assignments take some minutes to act."}
	case "SubscriptionNotFound", "InvalidSubscriptionId":
		return []string{"Check the subscription id, and that the identity that runs this may see that subscription: azure.tenant_id may be that of another tenant."}
	case "InvalidAuthenticationTokenTenant":
		return []string{"The subscription belongs to another tenant than azure.tenant_id."}
	case "AADSTS7000215":
		return []string{"azure.client_secret (ARM_CLIENT_SECRET or AZURE_CLIENT_SECRET) must be the secret's value, not its id, and belong to azure.client_id."}
	case "AADSTS7000222":
		return []string{"The client secret has expired; make a new one and set azure.client_secret (ARM_CLIENT_SECRET or AZURE_CLIENT_SECRET)."}
	case "AADSTS700016":
		return []string{"Check azure.client_id and azure.tenant_id: the tenant has no such application."}
	case "AADSTS90002":
		return []string{"Check azure.tenant_id (ARM_TENANT_ID or AZURE_TENANT_ID) and azure.environment: this cloud has no such tenant."}
	case "ExpiredAuthenticationToken", "InvalidAuthenticationToken":
		return []string{"The token is not valid any more: sign in again (az login, or a new secret or federated token), and check this machine's clock."}
	}
	if strings.Contains(details.Code, "Quota") {
		return []string{"Free what is no longer needed, or ask for a higher quota in the Azure portal (Quotas)."}
	}
	if details.Status == http.StatusTooManyRequests {
		return []string{"The service throttles requests: wait as long as it asks for, then apply again, or lower -parallelism."}
	}
	return nil
}
