package loganalytics

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/monitor/query/azlogs"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// QueryConfig says where and how to query workspaces.
type QueryConfig struct {
	// Credential fetches tokens for the query API.
	Credential azcore.TokenCredential
	// Options configure the official client.
	Options policy.ClientOptions
	// Endpoint replaces the one of Options' cloud, without /v1.
	Endpoint string
	// Clock passes the time between attempts; nil means the machine's.
	Clock wait.Clock
}

// QueryClient runs KQL queries on workspaces. It is safe for concurrent use.
type QueryClient struct {
	client *azlogs.Client
	clock  wait.Clock
	// delay is the base of the waits between attempts.
	delay time.Duration
}

// NewQueryClient checks the configuration; it makes no call.
func NewQueryClient(config QueryConfig) (*QueryClient, error) {
	if config.Credential == nil {
		return nil, errors.New("the Log Analytics query API needs a credential")
	}
	options := config.Options
	if config.Endpoint != "" {
		service := options.Cloud.Services[azlogs.ServiceName]
		service.Endpoint = config.Endpoint
		options.Cloud.Services = map[cloud.ServiceName]cloud.ServiceConfiguration{azlogs.ServiceName: service}
	}
	delay := options.Retry.RetryDelay
	if delay <= 0 {
		delay = time.Second
	}
	// Throttling is answered here, so that an error can say what it was.
	options.Retry = policy.RetryOptions{MaxRetries: -1}
	client, err := azlogs.NewClient(config.Credential, &azlogs.ClientOptions{ClientOptions: options})
	if err != nil {
		return nil, err
	}
	if config.Clock == nil {
		config.Clock = wait.SystemClock{}
	}
	return &QueryClient{client: client, clock: config.Clock, delay: delay}, nil
}

// Query runs a KQL query on a workspace, given by its workspace id (a GUID).
// timespan is an ISO 8601 duration or interval that bounds TimeGenerated in
// addition to the query; it may be empty. A workspace without data gives an
// empty result. Refusals of the service are *ServiceError, answers that hold
// no result *AnswerError.
func (c *QueryClient) Query(ctx context.Context, workspaceID, kql, timespan string) (*QueryResult, error) {
	backoff := wait.Backoff{Base: c.delay, Max: time.Minute}
	for attempt := 1; ; attempt++ {
		result, err := c.attempt(ctx, workspaceID, kql, timespan)
		if err == nil || ctx.Err() != nil || !worthRepeating(err, attempt) {
			return result, err
		}
		if err := Pause(ctx, c.clock, err, backoff.Delay(attempt)); err != nil {
			return nil, err
		}
	}
}

// worthRepeating reports whether a query that failed that often may succeed
// later: 429 until the caller's time is over, other failures three times.
func worthRepeating(err error, attempt int) bool {
	var refusal *ServiceError
	if errors.As(err, &refusal) && refusal.Status == http.StatusTooManyRequests {
		return true
	}
	return attempt <= 3 && (refusal == nil && errors.As(err, new(*ConnectionError)) || refusal != nil && failure.IsTemporary(refusal.Status))
}

func (c *QueryClient) attempt(ctx context.Context, workspaceID, kql, timespan string) (*QueryResult, error) {
	var response *http.Response
	body := azlogs.QueryBody{Query: to.Ptr(kql)}
	if timespan != "" {
		body.Timespan = to.Ptr(azlogs.TimeInterval(timespan))
	}
	ctx = policy.WithRetryOptions(policy.WithCaptureResponse(ctx, &response), policy.RetryOptions{MaxRetries: -1})
	_, err := c.client.QueryWorkspace(ctx, workspaceID, body, nil)
	return c.resultOf(response, err, workspaceID)
}

func queryRemedy(failure *ServiceError) string {
	switch failure.Status {
	case http.StatusProxyAuthRequired:
		return proxyRemedy
	case http.StatusBadRequest:
		return "Check the query. A table that never received a record does not exist, and a new one takes up to 15 minutes to appear"
	case http.StatusUnauthorized:
		return "Check the provider's credential and environment"
	case http.StatusForbidden:
		return "The credential needs the role Log Analytics Reader on the workspace"
	case http.StatusNotFound:
		return "Check workspace_id: it is the \"Workspace ID\" (a GUID) of the workspace's overview, not its resource id"
	case http.StatusTooManyRequests:
		return "More queries were sent than the service takes (200 in 30 seconds, 5 at once); try again later"
	default:
		return ""
	}
}
