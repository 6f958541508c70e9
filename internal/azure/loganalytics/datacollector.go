package loganalytics

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// DataCollectorConfig says where and how to post to the HTTP Data Collector
// API.
type DataCollectorConfig struct {
	// WorkspaceID is the workspace's id, a GUID ("customer id").
	WorkspaceID string
	// SharedKey signs the posts. SecondaryKey, if there is one, is tried when
	// the service refuses the first, so that keys can be rotated.
	SharedKey, SecondaryKey SharedKey
	// LogType names the table; the service appends _CL.
	LogType string
	// TimeGeneratedField names the property that becomes TimeGenerated; it
	// may be empty.
	TimeGeneratedField string
	// AzureResourceID becomes the records' _ResourceId; it may be empty.
	AzureResourceID string
	// Endpoint replaces https://{workspace}.ods.opinsights.azure.com.
	Endpoint string
	// Environment is "public" (or empty), "usgovernment" or "china".
	Environment string
	// Transport sends the requests; nil means a client of its own.
	Transport policy.Transporter
	// UserAgent is the User-Agent of the posts; empty means Go's.
	UserAgent string
	// Clock dates the posts; nil means the machine's.
	Clock wait.Clock
}

// DataCollectorClient posts records to one table of one workspace through the
// HTTP Data Collector API. It is a Destination, safe for concurrent use.
type DataCollectorClient struct {
	config DataCollectorConfig
	url    string

	mu sync.Mutex
	// skew is how far the service's clock is ahead of ours.
	skew          time.Duration
	skewCorrected bool
	// keys begins with the one that is used.
	keys []SharedKey
}

// NewDataCollectorClient checks the configuration; it makes no call.
func NewDataCollectorClient(config DataCollectorConfig) (*DataCollectorClient, error) {
	if err := CheckWorkspaceID(config.WorkspaceID); err != nil {
		return nil, err
	}
	if config.SharedKey.IsZero() {
		return nil, errors.New("the Data Collector API needs the workspace's shared key")
	}
	if issue := logTypeError(config.LogType); issue != "" {
		return nil, errors.New(issue)
	}
	endpoint := strings.TrimRight(config.Endpoint, "/")
	if endpoint == "" {
		suffix, err := dataCollectorSuffix(config.Environment)
		if err != nil {
			return nil, err
		}
		endpoint = "https://" + config.WorkspaceID + "." + suffix
	}
	if config.Clock == nil {
		config.Clock = wait.SystemClock{}
	}
	if config.Transport == nil {
		config.Transport = newHTTPClient()
	}
	client := &DataCollectorClient{config: config, url: endpoint + dataCollectorPath + "?api-version=" + dataCollectorVersion}
	client.keys = append(client.keys, config.SharedKey)
	if !config.SecondaryKey.IsZero() {
		client.keys = append(client.keys, config.SecondaryKey)
	}
	return client, nil
}

func (c *DataCollectorClient) api() API       { return DataCollector }
func (c *DataCollectorClient) target() string { return "workspace " + c.config.WorkspaceID }

// post sends one body, and again where a refusal can be cured: with the
// service's time, then with the other key.
func (c *DataCollectorClient) post(ctx context.Context, body payload) error {
	answer, err := c.attempt(ctx, body)
	if err != nil || answer.status != http.StatusForbidden {
		return c.verdict(answer, err)
	}
	if c.correctClock(answer) {
		if answer, err = c.attempt(ctx, body); err != nil || answer.status != http.StatusForbidden {
			return c.verdict(answer, err)
		}
	}
	if answer.code == codeInvalidAuthorization && c.otherKey() {
		other, err := c.attempt(ctx, body)
		if err != nil || other.status != http.StatusForbidden {
			return c.verdict(other, err)
		}
		c.otherKey()
	}
	return c.verdict(answer, nil)
}

// attempt signs and sends once.
func (c *DataCollectorClient) attempt(ctx context.Context, body payload) (dataCollectorAnswer, error) {
	var followed progress
	stream := &trackedBody{Reader: body.open(), closed: make(chan struct{})}
	request, err := http.NewRequestWithContext(followed.trace(ctx), http.MethodPost, c.url, stream)
	if err != nil {
		return dataCollectorAnswer{}, err
	}
	request.ContentLength = int64(body.bytes)
	c.mu.Lock()
	key, now := c.keys[0], c.config.Clock.Now().Add(c.skew)
	c.mu.Unlock()
	key.sign(request.Header, c.config.WorkspaceID, body.bytes, now)
	request.Header.Set("Log-Type", c.config.LogType)
	if c.config.UserAgent != "" {
		request.Header.Set("User-Agent", c.config.UserAgent)
	}
	if c.config.TimeGeneratedField != "" {
		request.Header.Set("time-generated-field", c.config.TimeGeneratedField)
	}
	if c.config.AzureResourceID != "" {
		request.Header.Set("x-ms-AzureResourceId", c.config.AzureResourceID)
	}
	response, err := c.config.Transport.Do(request)
	// The transport may still be reading what the next batch overwrites.
	defer stream.wait(ctx)
	if err != nil {
		return dataCollectorAnswer{}, followed.connectionError(DataCollector, c.target(), withoutURL(err))
	}
	answer := c.read(response)
	// What an answer's body fails with after its end changes nothing.
	_ = response.Body.Close()
	return answer, nil
}

// correctClock notes the service's time from a refusal and reports whether
// signing once more makes sense.
func (c *DataCollectorClient) correctClock(answer dataCollectorAnswer) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if answer.date.IsZero() || c.skewCorrected {
		return false
	}
	skew := answer.date.Sub(c.config.Clock.Now())
	if skew.Abs() < worthwhileSkew {
		return false
	}
	c.skew, c.skewCorrected = skew, true
	return true
}

// worthwhileSkew is the least difference of clocks that can matter; the Date
// header counts whole seconds, and requests take time on their way.
const worthwhileSkew = 30 * time.Second

// otherKey swaps the keys and reports whether there are two.
func (c *DataCollectorClient) otherKey() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.keys) < 2 {
		return false
	}
	c.keys[0], c.keys[1] = c.keys[1], c.keys[0]
	return true
}

// trackedBody tells when the transport has let go of a request's body.
type trackedBody struct {
	io.Reader
	once   sync.Once
	closed chan struct{}
}

// Close implements io.Closer.
func (b *trackedBody) Close() error {
	b.once.Do(func() { close(b.closed) })
	return nil
}

func (b *trackedBody) wait(ctx context.Context) {
	select {
	case <-b.closed:
	case <-ctx.Done():
	}
}
