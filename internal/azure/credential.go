package azure

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
)

// CredentialError says that no credential can be built from the settings.
type CredentialError struct {
	// Attributes are the provider's settings at fault, for example
	// "azure.tenant_id"; empty if nothing was configured at all.
	Attributes []string
	message    string
	cause      error
}

// Error says what was looked for or what is missing, and how to set it.
func (e *CredentialError) Error() string { return e.message }

// NonRetriable keeps the SDK from trying again: only settings help.
func (*CredentialError) NonRetriable() {}

// Describe implements failure.Describer.
func (e *CredentialError) Describe() failure.Details { return failure.Details{Summary: e.message} }

// Unwrap returns what the credential's own set-up failed with, if it did.
func (e *CredentialError) Unwrap() error { return e.cause }

// setting is a setting with the ways to give it.
type setting struct {
	attribute string
	variables []string
}

func (s setting) String() string {
	if len(s.variables) == 0 {
		return s.attribute
	}
	return s.attribute + " (" + strings.Join(s.variables, " or ") + ")"
}

func settingOf(name string, variables ...string) setting {
	return setting{attribute: "azure." + name, variables: variables}
}

// way is one way to get a credential.
type way struct {
	title      string
	configured bool
	// sets is the setting that chooses this way.
	sets setting
	// needs are the settings that have to go with it, with their values.
	needs []need
	build func() (azcore.TokenCredential, error)
}

type need struct {
	setting
	value string
}

// ways lists what a credential can be made of, best first. The choice is
// explicit instead of a chain that tries everything, because a chain hides
// which identity acts and why the intended one did not work.
func (s *Session) ways() []way {
	c := s.config
	principal := []need{
		{settingOf("tenant_id", "ARM_TENANT_ID", "AZURE_TENANT_ID"), c.TenantID},
		{settingOf("client_id", "ARM_CLIENT_ID", "AZURE_CLIENT_ID"), c.ClientID},
	}
	return []way{
		{"a client secret", c.ClientSecret != "",
			settingOf("client_secret", "ARM_CLIENT_SECRET", "AZURE_CLIENT_SECRET"), principal, s.secretCredential},
		{"a client certificate", c.ClientCertificatePath != "",
			settingOf("client_certificate_path", "ARM_CLIENT_CERTIFICATE_PATH", "AZURE_CLIENT_CERTIFICATE_PATH"), principal, s.certificateCredential},
		{"a workload identity", c.OIDCTokenFilePath != "",
			settingOf("oidc_token_file_path", "ARM_OIDC_TOKEN_FILE_PATH", "AZURE_FEDERATED_TOKEN_FILE"), principal, s.workloadCredential},
		{"a managed identity", c.UseManagedIdentity,
			settingOf("use_managed_identity = true", "ARM_USE_MSI"), nil, s.managedIdentityCredential},
		{"the Azure CLI", c.UseCLI,
			settingOf("use_cli = true", "ARM_USE_CLI"), nil, s.cliCredential},
	}
}

func (s *Session) newCredential() (azcore.TokenCredential, error) {
	if _, err := environmentCloud(s.Environment()); err != nil {
		return nil, &CredentialError{Attributes: []string{"azure.environment"}, message: err.Error()}
	}
	ways := s.ways()
	chosen := slices.IndexFunc(ways, func(w way) bool { return w.configured })
	if chosen < 0 {
		return nil, nothingConfigured(ways)
	}
	w := ways[chosen]
	if err := w.complete(); err != nil {
		return nil, err
	}
	credential, err := w.build()
	if err != nil {
		return nil, &CredentialError{
			Attributes: []string{w.sets.attribute},
			message:    fmt.Sprintf("cannot authenticate to Azure with %s, set by %s: %s", w.title, w.sets, err),
			cause:      err,
		}
	}
	return credential, nil
}

func (w way) complete() error {
	var missing, attributes []string
	for _, n := range w.needs {
		if n.value == "" {
			missing = append(missing, n.String())
			attributes = append(attributes, n.attribute)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return &CredentialError{Attributes: attributes, message: fmt.Sprintf(
		"cannot authenticate to Azure with %s: %s is set, but not %s",
		w.title, w.sets, strings.Join(missing, " and "))}
}

func nothingConfigured(ways []way) error {
	return &CredentialError{message: "no Azure credential is configured. Looked, in this order, for\n" +
		lookedFor(ways) + "\nSet one of them in the provider's configuration or environment."}
}

// lookedFor lists ways, one a line.
func lookedFor(ways []way) string {
	looked := make([]string, 0, len(ways))
	for _, w := range ways {
		text := fmt.Sprintf("%s: %s", w.title, w.sets)
		for _, n := range w.needs {
			text += ", " + n.String()
		}
		looked = append(looked, "  - "+text)
	}
	return strings.Join(looked, "\n")
}

// identityOptions differ from those of the service clients: requests go to
// the identity provider, not to Resource Manager.
func (s *Session) identityOptions() azcore.ClientOptions {
	options := s.ClientOptions()
	options.PerRetryPolicies = append(options.PerRetryPolicies, answerPolicy{identityLimits})
	return options
}

// directoryOptions are identityOptions of a service principal. A configured
// directory has to issue its tokens itself; for Microsoft's own, the identity
// library knows the hosts that belong together.
func (s *Session) directoryOptions() azcore.ClientOptions {
	options := s.identityOptions()
	if s.privateAuthority() {
		options.PerCallPolicies = slices.Insert(options.PerCallPolicies, 0,
			policy.Policy(originPolicy{endpoint: s.config.Endpoints.ActiveDirectory, service: "Microsoft Entra ID"}))
	}
	return options
}

// privateAuthority reports that the authority is not one that Microsoft's
// instance discovery knows, which then must not be asked.
func (s *Session) privateAuthority() bool { return s.config.Endpoints.ActiveDirectory != "" }

func (s *Session) secretCredential() (azcore.TokenCredential, error) {
	c := s.config
	return azidentity.NewClientSecretCredential(c.TenantID, c.ClientID, c.ClientSecret, &azidentity.ClientSecretCredentialOptions{
		ClientOptions: s.directoryOptions(), DisableInstanceDiscovery: s.privateAuthority(),
	})
}

func (s *Session) certificateCredential() (azcore.TokenCredential, error) {
	c := s.config
	content, err := os.ReadFile(c.ClientCertificatePath)
	if err != nil {
		return nil, err
	}
	certificates, key, err := azidentity.ParseCertificates(content, []byte(c.ClientCertificatePassword))
	if err != nil {
		return nil, fmt.Errorf("%s is no PEM or PKCS#12 file with certificate and private key that can be read with the password given: %w", c.ClientCertificatePath, err)
	}
	return azidentity.NewClientCertificateCredential(c.TenantID, c.ClientID, certificates, key, &azidentity.ClientCertificateCredentialOptions{
		ClientOptions: s.directoryOptions(), DisableInstanceDiscovery: s.privateAuthority(),
	})
}

func (s *Session) workloadCredential() (azcore.TokenCredential, error) {
	c := s.config
	return azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{
		ClientOptions: s.directoryOptions(), DisableInstanceDiscovery: s.privateAuthority(),
		TenantID: c.TenantID, ClientID: c.ClientID, TokenFilePath: c.OIDCTokenFilePath,
	})
}

func (s *Session) managedIdentityCredential() (azcore.TokenCredential, error) {
	options := azidentity.ManagedIdentityCredentialOptions{ClientOptions: s.identityOptions()}
	options.Retry = policy.RetryOptions{
		// Longer than connecting may take, so that a machine without a
		// metadata service is known by that.
		TryTimeout: dialTimeout + 5*time.Second,
		// Two seconds at first and twice as long each time rides out the 70
		// seconds for which the service is away while its host is updated.
		MaxRetries: 6, RetryDelay: 2 * time.Second, MaxRetryDelay: 25 * time.Second,
		ShouldRetry: metadataMayRecover,
	}
	if endpoint := s.config.Endpoints.InstanceMetadata; endpoint != "" {
		options.PerRetryPolicies = slices.Insert(options.PerRetryPolicies, 0, policy.Policy(metadataPolicy{endpoint: endpoint}))
	}
	if s.config.ClientID != "" {
		options.ID = azidentity.ClientID(s.config.ClientID)
	}
	return azidentity.NewManagedIdentityCredential(&options)
}

// metadataMayRecover says what to ask the metadata service again after. The
// SDK's own choice includes a service that is not there at all, for minutes.
//
// Source: "How to use managed identities to acquire an access token", error
// handling.
func metadataMayRecover(response *http.Response, err error) bool {
	if err != nil {
		var failed *net.OpError
		return !errors.As(err, &failed) || failed.Op != "dial"
	}
	switch response.StatusCode {
	case http.StatusNotFound, http.StatusGone, http.StatusTooManyRequests:
		return true
	}
	return response.StatusCode >= http.StatusInternalServerError
}

func (s *Session) cliCredential() (azcore.TokenCredential, error) {
	inner, err := azidentity.NewAzureCLICredential(&azidentity.AzureCLICredentialOptions{TenantID: s.config.TenantID})
	return &cliCredential{TokenCredential: inner, ways: s.ways}, err
}

// cliCredential is what is left when nothing is configured. That nobody is
// signed in there is the first error that most people see, so it says
// everything that was looked for.
type cliCredential struct {
	azcore.TokenCredential
	ways func() []way
}

func (c *cliCredential) GetToken(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	token, err := c.TokenCredential.GetToken(ctx, options)
	if err == nil || ctx.Err() != nil {
		return token, err
	}
	found := ""
	switch text := err.Error(); {
	case strings.Contains(text, "not found on path"), strings.Contains(text, "executable file not found"):
		found = "the command az was not found on the PATH"
	case strings.Contains(text, "az login"):
		found = "az is not signed in"
	default:
		return token, err
	}
	return token, &CredentialError{cause: err, message: fmt.Sprintf("no Azure credential was found. Looked, in this order, for\n%s (%s)\n"+
		"Run az login, or set one of the others in the provider's configuration or environment.", lookedFor(c.ways()), found)}
}
