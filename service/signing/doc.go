// Package signing owns the documents that students sign, the signatures with
// their evidence, and the handoff: the short bridge by which a phone does one
// thing (sign, face check, upload) for a page on a PC.
//
// # Handoff
//
// A handoff is one record with a revision. A transition reads the record, asks
// the table below what the event does, and writes the answer by one Lua
// compare-and-set on the revision; whoever loses reads again, so of two phones
// that scan at once one wins and the other is told. "own" is the openid that
// scanned first, "other" any other one; "PC" the student's page.
//
//	event            waiting      scanned      active       submitted    done         cancelled    expired
//	scan, own        scanned      scanned*     active*      submitted    ErrDone      ErrCancelled ErrExpired
//	scan, other      —            ErrTaken     ErrTaken     ErrTaken     ErrDone      ErrCancelled ErrExpired
//	activate, own    —            active       active*      ErrDone      ErrDone      ErrCancelled ErrExpired
//	activate, other  ErrNotYours  ErrTaken     ErrTaken     ErrTaken     ErrDone      ErrCancelled ErrExpired
//	submit, own      —            submitted    submitted    submitted*   done         ErrCancelled ErrExpired
//	submit, other    ErrNotYours  ErrTaken     ErrTaken     ErrTaken     ErrDone      ErrCancelled ErrExpired
//	finish, own      —            done         done         done         done         ErrCancelled ErrExpired
//	finish, other    ErrNotYours  ErrTaken     ErrTaken     ErrTaken     ErrDone      ErrCancelled ErrExpired
//	confirm, PC      ErrNotYours  ErrNotYours  ErrNotYours  done         done         ErrCancelled ErrExpired
//	cancel, PC       cancelled    cancelled    cancelled    cancelled    ErrDone      cancelled    expired
//
// An upload may be repeated: its photo is stored as soon as it is submitted, a
// better one may follow, and the PC has nothing to confirm. So two rows differ:
//
//	upload           waiting      scanned      active       submitted    done         cancelled    expired
//	activate, own    —            active       active*      submitted*   ErrDone      ErrCancelled ErrExpired
//	cancel, PC       cancelled    cancelled    cancelled    done         ErrDone      cancelled    expired
//
// A star marks a write that keeps the state: activity extends the time, and a
// draft written anew wakes the PC; an answer
// without one that names the state it began in writes nothing. In waiting every
// openid that scans is the first. In waiting, scanned and active the clock makes
// a record expired by itself: 5 minutes to be scanned, then 20 minutes from the
// last activity, never more than 2 hours. Submitted does not expire: the draft
// is stored, and the PC may take its time to confirm it; only an upload, which a
// phone could go on writing to, is done by itself 20 minutes after its last
// photo. Records outlive their end by some minutes, so that each late comer gets
// the right sentence. Logging out on the PC cancels what its session left open.
//
// A face check ends by finish, never by submit: a pass or an archived photo is
// recorded for the PC's login session, which is all the credit there is, before
// the PC is told. What the phone's holder agreed to is kept in the record.
//
// A submitted signature goes to MySQL first and moves the handoff afterwards:
// the PC is only told what is stored. After a crash between the two the phone
// submits again (the same strokes are recognised) and the handoff moves on.
package signing
