// Package blob reads files from Azure Blob Storage: it lists the blobs of a
// container, and reads one as a stream of ranges.
//
// It makes two calls over azcore. The official azblob needs Apache Arrow from
// version 1.8.1 on, which adds 5 MB to the program; ARCHITECTURE.md has the
// decision.
package blob

import (
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/ranged"
)

// Reference names a blob, or a container if Name is empty.
type Reference struct {
	// Origin is like https://account.blob.core.windows.net, and AccountPath is
	// /account at endpoints that serve several, as Azurite does.
	Origin, AccountPath string
	Container, Name     string
	// SAS is the query of a shared access signature; empty to sign in with the
	// session's credential. It is a secret.
	SAS string
}

// Parse reads the URL of a blob or of a container, with or without a SAS. Errors
// quote nothing of the query.
func Parse(text string) (Reference, error) {
	parsed, err := url.Parse(text)
	if err != nil {
		// The error of url.Parse quotes the text with its signature.
		return Reference{}, errors.New("this is not a URL")
	}
	if parsed.Scheme != "https" || parsed.Host == "" {
		return Reference{}, errors.New("the URL of a blob begins with https://")
	}
	if parsed.User != nil || parsed.Fragment != "" {
		return Reference{}, errors.New("the URL of a blob has no user and no fragment")
	}
	reference := Reference{Origin: "https://" + parsed.Host}
	path := strings.TrimPrefix(parsed.Path, "/")
	if _, err := netip.ParseAddr(parsed.Hostname()); err == nil || parsed.Hostname() == "localhost" {
		account, rest, _ := strings.Cut(path, "/")
		reference.AccountPath, path = "/"+account, rest
	}
	reference.Container, reference.Name, _ = strings.Cut(path, "/")
	if reference.Container == "" {
		return Reference{}, errors.New("the URL names no container")
	}
	query := parsed.Query()
	if query.Has("sig") {
		reference.SAS = parsed.RawQuery
	} else if len(query) > 0 {
		return Reference{}, errors.New("the URL's query is no shared access signature: it has no sig")
	}
	return reference, nil
}

// At is the reference under another endpoint, if one is configured: the account
// comes first in its path.
func (r Reference) At(endpoint string) Reference {
	if endpoint == "" || r.AccountPath != "" {
		return r
	}
	host := strings.TrimPrefix(r.Origin, "https://")
	account, _, _ := strings.Cut(host, ".")
	r.Origin, r.AccountPath = strings.TrimSuffix(endpoint, "/"), "/"+account
	return r
}

// String is the URL without the signature.
func (r Reference) String() string {
	r.SAS = ""
	return r.signed("")
}

// signed is the address with a query and the signature.
func (r Reference) signed(query string) string {
	parsed, err := url.Parse(r.Origin)
	if err != nil {
		return ""
	}
	parsed.Path = r.AccountPath + "/" + r.Container
	if r.Name != "" {
		parsed.Path += "/" + r.Name
	}
	parsed.RawQuery = strings.Trim(query+"&"+r.SAS, "&")
	return parsed.String()
}

// remedies by the service's code.
//
// Source: https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes
func remedies(code string, withSAS bool) []string {
	switch code {
	case "AuthenticationFailed":
		if withSAS {
			return []string{"The shared access signature is not valid: it may have expired, or not have begun yet, or be for another blob. Make a new one, and check this machine's clock."}
		}
	case "AuthorizationPermissionMismatch":
		if withSAS {
			return []string{"The shared access signature does not permit it: reading needs r, listing needs l."}
		}
		return []string{"Give the identity that runs this the role Storage Blob Data Reader on the storage account or the container. Owner and Contributor do not give access to data, and a new assignment takes some minutes to act."}
	case "NoAuthenticationInformation", "InvalidAuthenticationInfo":
		return []string{"The storage account takes no token of this tenant: azure.tenant_id may be that of another."}
	case "AuthorizationFailure":
		return []string{"The storage account's network rules may refuse this machine: allow its address, or use a private endpoint."}
	case "KeyBasedAuthenticationNotPermitted":
		return []string{"The account forbids shared keys, and with them this kind of signature: leave the signature out of the URL, to sign in with the provider's credential."}
	case "PublicAccessNotPermitted":
		return []string{"The account permits no public access: the request needs a credential or a shared access signature."}
	case "BlobNotFound":
		return []string{"The agent brings the file when the session has ended. If it has ended, look at the capture's errors: nothing may have been stored."}
	case "ContainerNotFound":
		return []string{"No capture was stored in this storage account yet, or the URL names another container."}
	case "BlobArchived", "BlobBeingRehydrated":
		return []string{"A lifecycle rule moved the file to the archive tier: rehydrate it to the hot or the cool tier first."}
	case "ConditionNotMet":
		return []string{"The file changed while it was read. Read it again when the capture has ended."}
	case "InvalidRange":
		return []string{"The file became shorter, or was written anew, while it was read. Read it again when the capture has ended."}
	}
	return nil
}

// Error is a failed call.
type Error struct {
	// On is the blob or the container, without a signature.
	On    Reference
	cause error
}

// Error says it in one sentence.
func (e *Error) Error() string { return fmt.Sprintf("%s: %s", e.On, azure.Describe(e)) }

// Unwrap returns the SDK's error.
func (e *Error) Unwrap() error { return e.cause }

// Describe adds what the service says in its own format, and the remedy that
// belongs to its code.
func (e *Error) Describe() failure.Details {
	details := azure.Describe(e.cause)
	if failed, ok := errors.AsType[*azcore.ResponseError](e.cause); ok && failed.RawResponse != nil {
		if body, err := azure.Payload(failed.RawResponse); err == nil {
			var said struct {
				XMLName xml.Name `xml:"Error"`
				Code    string   `xml:"Code"`
				Message string   `xml:"Message"`
			}
			if xml.Unmarshal(trimBOM(body), &said) == nil {
				// What follows the first line repeats request id and time.
				message, _, _ := strings.Cut(said.Message, "\n")
				details.Message = message
				details.Code = cmp.Or(details.Code, said.Code)
			}
		}
	}
	if next := remedies(details.Code, e.On.SAS != ""); next != nil {
		details.Next = next
	}
	if errors.Is(e.cause, errNoRange) || errors.Is(e.cause, ranged.ErrNoRange) {
		details.Next = []string{"Check that no proxy answers in the place of the storage account."}
	}
	return details
}
