package failure

// caused is an error with details of its own, and another error behind it.
type caused struct {
	details Details
	cause   error
}

// Because returns an error with these details, which unwraps to its cause. It is
// for failures that no caller tells apart by type.
func Because(cause error, details Details) error { return &caused{details, cause} }

// Error puts the details into one sentence.
func (e *caused) Error() string { return e.details.String() }

// Unwrap returns the cause.
func (e *caused) Unwrap() error { return e.cause }

// Describe implements Describer.
func (e *caused) Describe() Details { return e.details }
