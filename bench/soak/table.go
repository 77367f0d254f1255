package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// This file prints the account of a run.

// total is the terms of all scenes of a kind, calm or rough.
type total struct {
	kind *kind
	calm bool
	terms
}

func printTables(out io.Writer, all []total) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "messages\tscenes\tsockets\tkilled\tcuts\tgiven\tto ZeroMQ\tfrom ZeroMQ\treceived\tarrived\tdropped before\tdropped after\tlost\tmay be lost\tout of order\t")
	for _, t := range all {
		if t.kind.class == callings {
			continue
		}
		lost, may := fmt.Sprint(t.lost()), fmt.Sprint(t.Bound)
		if t.calm && t.kind.class != newest {
			may = "0"
		}
		if t.kind.class == fan || t.kind.class == newest {
			lost, may = "-", "-"
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%s\t%s\t%d\t\n", title(t), t.Scenes, t.Lives, t.Killed, t.Cuts,
			t.Given[0]+t.Given[1], t.Out[0]+t.Out[1], fromZeroMQ(t), t.Received[0]+t.Received[1], t.Arrived, t.unsent(), t.unread(), lost, may, t.Odd[outOfOrder])
	}
	w.Flush()
	fmt.Fprintln(out)
	fmt.Fprintln(w, "calls\tscenes\tsockets\tkilled\tcuts\tmade\tanswered\tdenied as asked\tdeadline\tserver lost\tclosed\trefused\tin a killed client\tretries\tserved\tagain\tby a killed server, or not taken\t")
	for _, t := range all {
		if t.kind.class != callings {
			continue
		}
		o := t.Outcomes
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t\n", title(t), t.Scenes, t.Lives, t.Killed, t.Cuts, t.Calls,
			o[answeredCall], o[deniedCall], o[lateCall], o[lostCall], o[closedCall], o[refusedCall], t.Calls-t.Ended, t.Retries, t.Served, t.ServedAgain, t.Served-t.Answered)
	}
	w.Flush()
	fmt.Fprintln(out)
	fmt.Fprint(w, "dropped")
	for _, cause := range causes {
		fmt.Fprintf(w, "\t%s", cause)
	}
	fmt.Fprintln(w, "\t")
	for _, t := range all {
		fmt.Fprint(w, title(t))
		for i := range causes {
			fmt.Fprintf(w, "\t%d", t.Dropped[0][i]+t.Dropped[1][i])
		}
		fmt.Fprintln(w, "\t")
	}
	w.Flush()
}

// fromZeroMQ is how many messages came. What a publisher receives are subscriptions.
func fromZeroMQ(t total) uint64 {
	if t.kind.class == twoWay {
		return t.In[0] + t.In[1]
	}
	return t.In[1]
}

func title(t total) string {
	if t.calm {
		return t.kind.name + ", calm"
	}
	return t.kind.name
}
