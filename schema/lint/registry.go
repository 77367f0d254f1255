package lint

import (
	"slices"

	"github.com/zmqgen/zmqgen/schema"
	"github.com/zmqgen/zmqgen/schema/breaking"
)

// This file is the table of lint's rules, and what runs them.

// check is one pass over a topology, with the rules that it may find broken.
type check struct {
	run   func(*pass) // nil: the findings come from Settle
	rules []*schema.Rule
}

// table is every check. The order is that of docs/rules.md.
var table = []check{
	{(*pass).checkOneSided, []*schema.Rule{
		pubWithoutSub, subWithoutPub, pushWithoutPull, pullWithoutPush, clientWithoutServer, serverWithoutClient,
		dealerWithoutRouter, routerWithoutDealer, pairWithoutPeer,
	}},
	{(*pass).checkLiterals, []*schema.Rule{pairTypesLiteral, literalEndpoint}},
	{(*pass).checkUnmet, []*schema.Rule{connectUnbound, bindUnconnected}},
	{(*pass).checkInproc, []*schema.Rule{inprocCross, inprocUnbound}},
	{(*pass).checkReach, []*schema.Rule{unreachableBind, ephemeralUndiscovered}},
	{(*pass).checkDynamicBinds, []*schema.Rule{dynamicBinds}},
	{(*pass).checkPairTCP, []*schema.Rule{pairTCP}},
	{(*pass).checkDealerDealer, []*schema.Rule{dealerDealerMany}},
	{(*pass).checkDupConnect, []*schema.Rule{dupConnect}},
	{(*pass).checkIPC, []*schema.Rule{ipcRelative, ipcAbstract, ipcWindows}},
	{(*pass).checkBindAny, []*schema.Rule{bindAnyNull, curveMissing}},
	{(*pass).checkPlain, []*schema.Rule{plainCleartext}},
	{(*pass).checkInprocSecurity, []*schema.Rule{securityInproc}},
	{(*pass).checkSecurityUse, []*schema.Rule{securityUnused}},
	{(*pass).checkCycles, []*schema.Rule{proxyCycle}},
	{(*pass).checkTopicPrefixes, []*schema.Rule{topicPrefix}},
	{(*pass).checkUnsubscribed, []*schema.Rule{topicUnsubscribed}},
	{(*pass).checkRedundant, []*schema.Rule{subscribeRedundant}},
	{(*pass).checkQueues, []*schema.Rule{hwmUnlimited, hwmBytes}},
	{(*pass).checkMaxSize, []*schema.Rule{maxMsgSizeSmall}},
	{(*pass).checkLinger, []*schema.Rule{lingerZeroLoss}},
	{(*pass).checkConflate, []*schema.Rule{conflatePublisher}},
	{(*pass).checkUncorrelatedBinds, []*schema.Rule{uncorrelatedLate}},
	{(*pass).checkHandover, []*schema.Rule{handoverUntrusted}},
	{(*pass).checkUselessOptions, []*schema.Rule{optionTransport, optionUnused, immediateBind}},
	{(*pass).checkImmediate, []*schema.Rule{immediateRoundrobin}},
	{(*pass).checkHeartbeats, []*schema.Rule{heartbeatMissing}},
	{(*pass).checkBacklog, []*schema.Rule{backlogShort}},
	{(*pass).checkPatternUse, []*schema.Rule{patternUnused}},
	{(*pass).checkTypeUse, []*schema.Rule{messageUnused, enumUnused}},
	{(*pass).checkEnumNames, []*schema.Rule{enumValuePrefix}},
	{(*pass).checkFieldLimits, []*schema.Rule{patternWithoutLimit, unboundedRepeated}},
	{(*pass).checkGaps, []*schema.Rule{fieldGap}},
	{(*pass).checkCallTypes, []*schema.Rule{replyTypeShared}},
	{(*pass).checkDeprecated, []*schema.Rule{deprecatedUsed}},
	{(*pass).checkDocs, []*schema.Rule{docMissing}},
	{nil, []*schema.Rule{unknownRule, fixedRule}},
	{nil, []*schema.Rule{badIgnore, ignoreReason, ignoreUnused}},
	{nil, []*schema.Rule{baselineUnused}},
}

// Rules returns all rules there are: those of package schema, which a topology keeps to be one at all, then lint's own, then those
// of changes.
func Rules() []schema.Rule {
	all := schema.Rules()
	for _, c := range table {
		for _, r := range c.rules {
			rule := *r
			rule.Family = families[r.ID]
			all = append(all, rule)
		}
	}
	return append(all, breaking.Rules()...)
}

// Check returns what lint's own rules find in a valid topology, ordered by place. Every finding is in the file of t, none in
// one that it imports, and has the severity of its rule: what a file says of severities is left to Settle. A rule that is
// schema.Off by default is looked for only where t.Lint names it, so that Settle raises its findings from Off to what is said
// there and drops those that are still Off. Check may be called from many goroutines at once.
func Check(t *schema.Topology) schema.Diagnostics {
	p := newPass(t)
	for _, c := range table {
		some := false
		for _, r := range c.rules {
			wanted := r.Severity != schema.Off || slices.ContainsFunc(t.Lint, func(s schema.RuleSetting) bool { return s.Rule.Value == r.ID })
			p.wanted[r] = wanted
			some = some || wanted
		}
		if some && c.run != nil {
			c.run(p)
		}
	}
	ds := make(schema.Diagnostics, 0, len(p.findings))
	for _, d := range p.findings {
		ds = append(ds, *d)
	}
	ds.Sort()
	return ds
}
