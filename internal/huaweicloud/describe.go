package huaweicloud

import (
	"errors"
	"fmt"
)

// Description is an error in parts, for callers that lay them out.
type Description struct {
	// Summary says what happened, without the service's own words if these
	// are in the other members.
	Summary string
	// Code, Message and RequestID are the service's.
	Code, Message, RequestID string
	// Status is the HTTP status; 0 if there was no answer.
	Status int
	// Next is what to do, where that is certain.
	Next []string
}

// Describe takes an error of a Huawei Cloud client apart. One that tells
// more than a single refusal stays in one piece.
func Describe(err error) Description {
	var refused *Error
	if !errors.As(err, &refused) {
		return Description{Summary: err.Error()}
	}
	if err.Error() != refused.Error() {
		return Description{Summary: err.Error(), Status: refused.Status}
	}
	description := Description{
		Status:  refused.Status,
		Summary: fmt.Sprintf("%s at %s answered %d", refused.Operation, refused.Host, refused.Status),
		Code:    refused.Code, Message: refused.Message, RequestID: refused.RequestID,
	}
	if remedy := refused.Remedy(); remedy != "" {
		description.Next = []string{remedy + "."}
	}
	return description
}
