package loganalytics

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

const (
	dataCollectorPath    = "/api/logs"
	dataCollectorVersion = "2016-04-01"
)

// dataCollectorDomains are those of the API in each of Azure's clouds, which the SDK does not
// know.
var dataCollectorDomains = map[string]string{
	azure.EnvironmentPublic:       "ods.opinsights.azure.com",
	azure.EnvironmentUSGovernment: "ods.opinsights.azure.us",
	azure.EnvironmentChina:        "ods.opinsights.azure.cn",
}

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
	// Environment is one of azure's Environment constants.
	Environment string
	// Transport sends the requests.
	Transport policy.Transporter
	// UserAgent is the User-Agent of the posts; empty means Go's.
	UserAgent string
	// Clock dates the posts; nil means the machine's.
	Clock wait.Clock
}

// DataCollectorClient posts records to one table of one workspace through the
// HTTP Data Collector API. It is safe for concurrent use.
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
	if err := CheckLogType(config.LogType); err != nil {
		return nil, err
	}
	endpoint := strings.TrimRight(config.Endpoint, "/")
	if endpoint == "" {
		domain, known := dataCollectorDomains[config.Environment]
		if !known {
			return nil, fmt.Errorf("unknown Azure environment %q, want public, usgovernment or china", config.Environment)
		}
		endpoint = "https://" + config.WorkspaceID + "." + domain
	}
	if config.Clock == nil {
		config.Clock = wait.SystemClock{}
	}
	client := &DataCollectorClient{config: config, url: endpoint + dataCollectorPath + "?api-version=" + dataCollectorVersion}
	client.keys = append(client.keys, config.SharedKey)
	if !config.SecondaryKey.IsZero() {
		client.keys = append(client.keys, config.SecondaryKey)
	}
	return client, nil
}

// API returns DataCollector.
func (c *DataCollectorClient) API() API { return DataCollector }

func (c *DataCollectorClient) target() string { return "workspace " + c.config.WorkspaceID }

// Post sends one body, and again where a refusal can be cured: with the
// service's time, then with the other key.
func (c *DataCollectorClient) Post(ctx context.Context, body Body) error {
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
func (c *DataCollectorClient) attempt(ctx context.Context, body Body) (dataCollectorAnswer, error) {
	var followed progress
	stream := &trackedBody{Reader: body.Open(), closed: make(chan struct{})}
	request, err := http.NewRequestWithContext(followed.trace(ctx), http.MethodPost, c.url, stream)
	if err != nil {
		return dataCollectorAnswer{}, err
	}
	request.ContentLength = int64(body.Bytes)
	c.mu.Lock()
	key, now := c.keys[0], c.config.Clock.Now().Add(c.skew)
	c.mu.Unlock()
	key.sign(request.Header, c.config.WorkspaceID, body.Bytes, now)
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
	answer, err := c.read(response)
	// What an answer's body fails with after its end changes nothing.
	_ = response.Body.Close()
	if err != nil {
		lost := &failure.UnreadAnswerError{Status: response.StatusCode, Broken: true, Err: err}
		return answer, &ConnectionError{API: DataCollector, Target: c.target(), Sent: true, Err: lost}
	}
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
