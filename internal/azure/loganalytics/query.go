package loganalytics

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/monitor/query/azlogs"
)

// QueryConfig says where and how to query workspaces.
type QueryConfig struct {
	// Credential fetches tokens for the query API.
	Credential azcore.TokenCredential
	// Options configure the official client.
	Options policy.ClientOptions
	// Environment is "public" (or empty), "usgovernment" or "china".
	Environment string
	// Endpoint replaces the environment's, without /v1.
	Endpoint string
}

// QueryClient runs KQL queries on workspaces. It is safe for concurrent use.
type QueryClient struct{ client *azlogs.Client }

// NewQueryClient checks the configuration; it makes no call.
func NewQueryClient(config QueryConfig) (*QueryClient, error) {
	if config.Credential == nil {
		return nil, errors.New("the Log Analytics query API needs a credential")
	}
	options := config.Options
	var err error
	if options.Cloud, err = withService(options.Cloud, config.Environment, azlogs.ServiceName, config.Endpoint); err != nil {
		return nil, err
	}
	client, err := azlogs.NewClient(config.Credential, &azlogs.ClientOptions{ClientOptions: options})
	if err != nil {
		return nil, err
	}
	return &QueryClient{client: client}, nil
}

// QueryResult is the answer to a query.
type QueryResult struct {
	// Columns have the service's type names ("string", "long", "datetime").
	Columns []Column
	// Rows are the cells' JSON exactly as the service sent it.
	Rows [][]json.RawMessage
	// Partial is what the service says about rows that are missing; empty
	// when the answer is complete.
	Partial string
}

// RowCount returns how many rows there are.
func (r *QueryResult) RowCount() int { return len(r.Rows) }

// queryBody is the answer of Query_Post.
type queryBody struct {
	Tables []struct {
		Name    string `json:"name"`
		Columns []struct {
			Name string `json:"name"`
			Type string `json:"type"`
		} `json:"columns"`
		Rows [][]json.RawMessage `json:"rows"`
	} `json:"tables"`
	Error *errorDetail `json:"error"`
}

// Query runs a KQL query on a workspace, given by its workspace id (a GUID).
// timespan is an ISO 8601 duration or interval that bounds TimeGenerated in
// addition to the query; it may be empty. A workspace without data gives an
// empty result. Errors of the service are *ServiceError.
func (c *QueryClient) Query(ctx context.Context, workspaceID, kql, timespan string) (*QueryResult, error) {
	var response *http.Response
	body := azlogs.QueryBody{Query: to.Ptr(kql)}
	if timespan != "" {
		body.Timespan = to.Ptr(azlogs.TimeInterval(timespan))
	}
	_, err := c.client.QueryWorkspace(policy.WithCaptureResponse(ctx, &response), workspaceID, body, nil)
	if err != nil {
		return c.failed(err, workspaceID)
	}
	// The official client reads numbers as float64, which changes large
	// ones; so the answer is read once more as it came.
	text, err := runtime.Payload(response)
	if err != nil {
		return nil, fmt.Errorf("could not read the answer to the query of workspace %s: %w", workspaceID, err)
	}
	return parseQueryResult(text, workspaceID)
}

func (c *QueryClient) failed(err error, workspaceID string) (*QueryResult, error) {
	failure := serviceErrorOf(err, time.Now())
	switch {
	case failure == nil:
		return nil, fmt.Errorf("could not query workspace %s: %w", workspaceID, err)
	case failure.Status == http.StatusNoContent:
		return &QueryResult{}, nil
	default:
		failure.API, failure.Target, failure.Remedy = LogQuery, "workspace "+workspaceID, queryRemedy(failure)
		return nil, failure
	}
}

func parseQueryResult(text []byte, workspaceID string) (*QueryResult, error) {
	if len(text) == 0 {
		return nil, fmt.Errorf("the query of workspace %s was answered with nothing; something between this machine and the service may have changed the request", workspaceID)
	}
	var body queryBody
	if err := json.Unmarshal(text, &body); err != nil {
		return nil, fmt.Errorf("the answer to the query of workspace %s is not what the service sends: %w", workspaceID, err)
	}
	result := &QueryResult{}
	if len(body.Tables) > 0 {
		for _, column := range body.Tables[0].Columns {
			result.Columns = append(result.Columns, Column{Name: column.Name, Type: column.Type})
		}
		result.Rows = body.Tables[0].Rows
	}
	if body.Error != nil {
		result.Partial = body.Error.Code
		if message := body.Error.message(); message != "" {
			result.Partial += ": " + message
		}
	}
	return result, nil
}

func queryRemedy(failure *ServiceError) string {
	switch failure.Status {
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
