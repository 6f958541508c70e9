// Package azure holds what all Azure clients of the provider share: one
// credential, one HTTP transport, one pipeline configuration, and one way to
// read errors.
package azure

import (
	"context"
	"net"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// Config is everything that a Session needs to know. All of it is optional;
// what is missing for a request is reported when that request is made.
type Config struct {
	// SubscriptionID is the default subscription.
	SubscriptionID string
	// TenantID is the Microsoft Entra tenant of the service principal.
	TenantID string
	// ClientID is the application id of the service principal or the client
	// id of a user-assigned managed identity.
	ClientID string
	// ClientSecret authenticates the service principal.
	ClientSecret string
	// ClientCertificatePath names a PEM or PKCS#12 file with certificate and
	// private key of the service principal.
	ClientCertificatePath string
	// ClientCertificatePassword decrypts a PKCS#12 file.
	ClientCertificatePassword string
	// OIDCTokenFilePath names the file with the federated token of a workload
	// identity.
	OIDCTokenFilePath string
	// UseManagedIdentity allows the identity of the machine that this runs on.
	UseManagedIdentity bool
	// UseCLI allows the account that the Azure CLI is logged in with.
	UseCLI bool
	// Environment names the cloud: one of the Environment constants, or a name
	// that other tools give it, in any case; empty means public.
	Environment string
	// Endpoints replaces endpoints of the environment.
	Endpoints Endpoints
	// UserAgent starts the User-Agent of every request, for example
	// "terraform-provider-cloudtap/1.0.0".
	UserAgent string
	// Log is told of every request; nil logs nothing.
	Log LogFunc
	// Dial makes connections; nil means the machine's network.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Clock is what clients wait with; nil means the machine's.
	Clock wait.Clock
	// RetryDelay is the SDK's pause before its first retry, for which it has a
	// clock of its own; 0 means 800 ms.
	RetryDelay time.Duration
}

// The clouds that Config.Environment can name.
const (
	EnvironmentPublic       = "public"
	EnvironmentUSGovernment = "usgovernment"
	EnvironmentChina        = "china"
)

// Endpoints are origins such as "https://management.example.com", without a
// path. Empty ones are those of the environment.
type Endpoints struct {
	ResourceManager   string
	ActiveDirectory   string
	InstanceMetadata  string
	DataCollector     string
	LogAnalyticsQuery string
	// Blob serves all storage accounts, with the account first in the path.
	Blob string
}

// LogFunc writes one log line. Fields never hold secrets, bodies, headers or
// URL queries.
type LogFunc func(ctx context.Context, message string, fields map[string]string)
