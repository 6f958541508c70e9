package columns

import (
	"fmt"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/records"
)

// generatedTime checks the property that becomes TimeGenerated.
func (c *Checker) generatedTime(record *records.Record, f *records.Field) {
	name := c.rules.TimeGeneratedField
	if f == nil {
		c.report(Error, record, name, "the record lacks the time_generated_field; the service would silently use the time of arrival instead")
		return
	}
	c.text = f.Text(c.text[:0])
	if wrong := c.timeProblem(f.Kind); wrong != "" {
		c.report(Error, record, name, "%s; the service would silently use the time of arrival instead", wrong)
	}
}

// timeProblem says why the present value cannot become TimeGenerated, or
// nothing.
func (c *Checker) timeProblem(k records.Kind) string {
	generated, ok := parseTime(c.text)
	if k != records.KindString || !ok {
		return c.shown() + " is not a time in ISO 8601 (YYYY-MM-DDThh:mm:ssZ)"
	}
	switch age := c.rules.Now.Sub(generated); {
	case age > c.limits.Oldest:
		return c.shown() + " is more than 2 days ago"
	case -age > c.limits.Newest:
		return c.shown() + " is more than a day ahead"
	}
	return ""
}

// declaredValue checks a value for the Logs Ingestion API: whether it is a
// usable TimeGenerated, and whether a column of the type of the property's
// other values holds it.
func (c *Checker) declaredValue(record *records.Record, p *property, f *records.Field, held bool) {
	switch {
	case f.Kind == records.KindNull:
	case p.name == timeGenerated:
		// A transformation of the rule may make a time of it.
		if wrong := c.timeProblem(f.Kind); wrong != "" {
			c.report(Warning, record, p.name, "%s; unless a transformation of the data collection rule changes it, the service stores the time of arrival instead", wrong)
		}
	case f.Kind == records.KindNumber && numberType(c.text) == declaredString:
		if p.once(saidRange) {
			c.report(Warning, record, p.name, "%s is outside the range of the types long and real, and is stored as null in a column of these; declare the column as string and give the number as a string", c.shown())
		}
	case !held && f.Kind == records.KindNumber && p.declared == declaredReal:
		if p.once(saidNumber) {
			c.report(Warning, record, p.name, "%s has more than %d digits and is rounded in a column of type real, which other values of the property need; give it as a string", c.shown(), exactDigits)
		}
	case !held && p.once(saidMixed<<f.Kind):
		c.report(Warning, record, p.name, "%s is %s%s; a column has one type, and stores what it cannot convert as null; give the property the same type in all records", c.shown(), c.kindOf(f.Kind), p.unlike())
	}
}

// kindOf names the kind of the present value.
func (c *Checker) kindOf(k records.Kind) string {
	if _, ok := parseTime(c.text); k == records.KindString && ok {
		return "a date"
	}
	return k.String()
}

// unlike says which type the other values of a property have.
func (p *property) unlike() string {
	if p.since < 0 {
		return ", but the column was of type " + string(p.declared) + " in the last apply"
	}
	return fmt.Sprintf(", but since record %d the property is of type %s", p.since, p.declared)
}
