package blob

import (
	"bytes"
	"context"
	"encoding/xml"
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

type listing struct {
	XMLName xml.Name `xml:"EnumerationResults"`
	Blobs   struct {
		Blob []struct {
			Name       listedName `xml:"Name"`
			Properties struct {
				ContentLength int64  `xml:"Content-Length"`
				LastModified  string `xml:"Last-Modified"`
			} `xml:"Properties"`
		} `xml:"Blob"`
	} `xml:"Blobs"`
	NextMarker string `xml:"NextMarker"`
}

// listedName is a blob's name. One with characters that XML cannot have is
// percent-encoded.
//
// Source: https://learn.microsoft.com/rest/api/storageservices/list-blobs#remarks
type listedName struct {
	Text    string `xml:",chardata"`
	Encoded bool   `xml:"Encoded,attr"`
}

func (n listedName) decoded() (string, error) {
	if !n.Encoded {
		return n.Text, nil
	}
	name, err := url.PathUnescape(n.Text)
	if err != nil {
		return "", fmt.Errorf("the list has a name that is not encoded as it says: %w", err)
	}
	return name, nil
}

// ErrTooMany means that more blobs have the prefix than any capture stores.
var ErrTooMany = errors.New("more blobs have this prefix than one capture stores: name the files")

// maxListed is how many blobs List returns at most.
const maxListed = 20000

// List returns the blobs of the container whose names begin with prefix, in the
// order of their names (List Blobs, Container_ListBlobFlatSegment).
func (c *Client) List(ctx context.Context, container Reference, prefix string) ([]Blob, error) {
	container.Name = ""
	container = container.At(c.session.Endpoints().Blob)
	pipeline, err := c.pipeline(container)
	if err != nil {
		return nil, err
	}
	var blobs []Blob
	for marker, more := "", true; more; more = marker != "" {
		page, err := c.page(ctx, pipeline, container, prefix, marker)
		if err != nil {
			return nil, &Error{container, err}
		}
		for _, listed := range page.Blobs.Blob {
			found := Blob{Reference: container, SizeBytes: listed.Properties.ContentLength}
			if found.Reference.Name, err = listed.Name.decoded(); err != nil {
				return nil, &Error{container, err}
			}
			if at, err := http.ParseTime(listed.Properties.LastModified); err == nil {
				found.LastModified = at
			}
			blobs = append(blobs, found)
		}
		if page.NextMarker == marker && marker != "" {
			return nil, &Error{container, errors.New("the list does not end: a page names itself as the next one")}
		}
		if marker = page.NextMarker; len(blobs) > maxListed {
			return nil, &Error{container, ErrTooMany}
		}
	}
	return blobs, nil
}

func (c *Client) page(ctx context.Context, pipeline runtime.Pipeline, container Reference, prefix, marker string) (*listing, error) {
	query := url.Values{"restype": {"container"}, "comp": {"list"}, "prefix": {prefix}}
	if marker != "" {
		query.Set("marker", marker)
	}
	response, err := do(ctx, pipeline, container.signed(query.Encode()), nil, nil) //nolint:bodyclose // read whole by the pipeline
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, runtime.NewResponseError(response)
	}
	body, err := runtime.Payload(response)
	if err != nil {
		return nil, err
	}
	var page listing
	if err := xml.Unmarshal(trimBOM(body), &page); err != nil {
		return nil, fmt.Errorf("the answer is no list of blobs: %w", err)
	}
	return &page, nil
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
