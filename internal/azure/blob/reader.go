package blob

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/ranged"
)

// Open reads a blob as a stream of ranges of one version (Get Blob,
// Blob_Download). Of a range that is cut off the rest is asked for. Errors are *Error;
// IsNotFound tells one of them.
func (c *Client) Open(ctx context.Context, reference Reference) (*ranged.Reader, error) {
	reference = reference.At(c.session.Endpoints().Blob)
	pipeline, err := c.pipeline(reference)
	if err != nil {
		return nil, err
	}
	return ranged.Open(ctx, func(ctx context.Context, wanted ranged.Range, etag string, into []byte) (ranged.Part, error) {
		part, err := fetch(ctx, pipeline, reference, wanted, etag, into)
		if err != nil {
			return part, &Error{reference, err}
		}
		return part, nil
	})
}

func fetch(ctx context.Context, pipeline runtime.Pipeline, reference Reference, wanted ranged.Range, etag string, into []byte) (ranged.Part, error) {
	header := http.Header{}
	header.Set("x-ms-range", wanted.Header())
	if etag != "" {
		header.Set("If-Match", etag)
	}
	to := destination{data: into}
	response, err := do(ctx, pipeline, reference.signed(""), header, &to) //nolint:bodyclose // read whole by the pipeline
	if err != nil {
		return ranged.Part{}, err
	}
	switch {
	case response.StatusCode == http.StatusPartialContent:
	case ranged.IsEmptyFile(response.StatusCode, response.Header):
		return ranged.Part{}, nil
	case response.StatusCode >= http.StatusBadRequest:
		return ranged.Part{}, runtime.NewResponseError(response)
	default:
		return ranged.Part{}, fmt.Errorf("HTTP %d: %w", response.StatusCode, errNoRange)
	}
	return ranged.PartOf(response.Header, to.data, wanted.Offset, to.cut)
}

var errNoRange = errors.New("the answer to a request for a range is none")

// destination is where the body of a successful answer goes.
type destination struct {
	data []byte
	// cut is set if it is only the beginning of it.
	cut bool
}

// wholePolicy reads a file's range within the attempt, so that one that is cut off
// before it brought anything is asked for again.
type wholePolicy struct{}

// Do implements policy.Policy.
func (wholePolicy) Do(r *policy.Request) (*http.Response, error) {
	response, err := r.Next()
	var to *destination
	if err != nil || response.StatusCode >= http.StatusBadRequest || !r.OperationValue(&to) {
		return response, err
	}
	body, err := ranged.ReadBody(response.Body, response.ContentLength, to.data[:0])
	if closeErr := response.Body.Close(); err == nil {
		err = closeErr
	}
	if to.cut = ranged.Cut(r.Raw().Context(), response.StatusCode, body, err); to.cut {
		err = nil
	}
	if err == nil {
		to.data = body
	}
	return response, err
}
