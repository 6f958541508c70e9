package catalogue

// The states that a subscription's registration of a resource provider is in.
const (
	Registered    = "Registered"
	notRegistered = "NotRegistered"
	registering   = "Registering"
	unregistered  = "Unregistered"
	unregistering = "Unregistering"
)

// unused are namespaces that the subscription is not registered for at first:
// those that few subscriptions use.
var unused = map[string]bool{"GitHub.Network": true, "Microsoft.Blueprint": true, "Microsoft.IoTCentral": true}

// Registrations are those of a subscription. The zero value is that of one which
// has been used for a while.
type Registrations struct {
	// changed maps a namespace to its state if a client has changed it.
	changed map[string]string
}

// State returns the state of a namespace, spelled as in Namespaces.
func (r *Registrations) State(namespace string) string {
	if state, found := r.changed[namespace]; found {
		return state
	}
	if unused[namespace] {
		return notRegistered
	}
	return Registered
}

// Register registers a namespace and returns the state that the answer shows: the
// next read finds it done.
func (r *Registrations) Register(namespace string) string {
	if r.State(namespace) == Registered {
		return Registered
	}
	return r.change(namespace, registering, Registered)
}

// Unregister is the opposite of Register.
func (r *Registrations) Unregister(namespace string) string {
	if state := r.State(namespace); state != Registered {
		return state
	}
	return r.change(namespace, unregistering, unregistered)
}

func (r *Registrations) change(namespace, now, then string) string {
	if r.changed == nil {
		r.changed = map[string]string{}
	}
	r.changed[namespace] = then
	return now
}
