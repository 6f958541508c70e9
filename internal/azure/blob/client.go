package blob

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
)

// apiVersion is what azblob 1.7 sends; the oldest that takes tokens is 2017-11-09.
const apiVersion = "2026-04-06"

// scope is what tokens for storage are for, in every cloud.
const scope = "https://storage.azure.com/.default"

// Client reads blobs. It is safe for concurrent use.
type Client struct {
	session *azure.Session
}

// NewClient makes no request.
func NewClient(session *azure.Session) *Client { return &Client{session} }

// pipeline signs with the session's credential, unless the reference has a
// signature of its own.
func (c *Client) pipeline(reference Reference) (runtime.Pipeline, error) {
	options := c.session.StreamOptions()
	options.PerRetryPolicies = append(options.PerRetryPolicies, wholePolicy{})
	if reference.SAS == "" {
		if err := c.CheckHost(reference); err != nil {
			return runtime.Pipeline{}, err
		}
		credential, err := c.session.Credential()
		if err != nil {
			return runtime.Pipeline{}, err
		}
		bearer := runtime.NewBearerTokenPolicy(credential, []string{scope}, nil)
		options.PerRetryPolicies = append([]policy.Policy{bearer}, options.PerRetryPolicies...)
	}
	return runtime.NewPipeline("blob", apiVersion, runtime.PipelineOptions{}, &options), nil
}

// storageSuffixes are where the clouds have their storage accounts.
//
// Source: https://learn.microsoft.com/azure/storage/common/storage-account-overview#standard-endpoints
var storageSuffixes = []string{".blob.core.windows.net", ".blob.storage.azure.net", ".blob.core.usgovcloudapi.net", ".blob.core.chinacloudapi.cn"}

// CheckHost refuses an address that would get no token (Reference without a SAS):
// it keeps the credential's token from any other host.
func (c *Client) CheckHost(reference Reference) error {
	reference = reference.At(c.session.Endpoints().Blob)
	if endpoint := c.session.Endpoints().Blob; endpoint != "" && reference.Origin == strings.TrimSuffix(endpoint, "/") {
		return nil
	}
	parsed, err := url.Parse(reference.Origin)
	if err == nil {
		for _, suffix := range storageSuffixes {
			if strings.HasSuffix(strings.ToLower(parsed.Hostname()), suffix) {
				return nil
			}
		}
	}
	return fmt.Errorf("%s is no address of Azure storage, and gets no token: use a URL with a shared access signature", reference.Origin)
}

// Blob is one of a container.
type Blob struct {
	Reference Reference
	SizeBytes int64
	// LastModified is zero if the service does not say it.
	LastModified time.Time
}

func trimBOM(body []byte) []byte { return bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")) }

// do reads the body of a successful answer into a destination, or into the memory of
// the response if there is none.
func do(ctx context.Context, pipeline runtime.Pipeline, address string, header http.Header, to *destination) (*http.Response, error) {
	request, err := runtime.NewRequest(ctx, http.MethodGet, address)
	if err != nil {
		return nil, errors.New("the address of the blob is no URL")
	}
	for name := range header {
		request.Raw().Header.Set(name, header.Get(name))
	}
	request.Raw().Header.Set("x-ms-version", apiVersion)
	if to != nil {
		runtime.SkipBodyDownload(request)
		request.SetOperationValue(to)
	}
	return pipeline.Do(request)
}

// IsNotFound reports whether the blob or its container does not exist, in the
// service's own words.
func IsNotFound(err error) bool {
	var failed *azcore.ResponseError
	return errors.As(err, &failed) && failed.StatusCode == http.StatusNotFound &&
		(failed.ErrorCode == "BlobNotFound" || failed.ErrorCode == "ContainerNotFound")
}
